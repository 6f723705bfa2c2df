import type { Manifest } from '../artifacts/manifest.js'
import type { Spelling } from '../artifacts/spelling.js'
import { systemClock } from '../common/clock.js'
import { toWire } from '../common/errors.js'
import { GrammarShelf } from '../sampling/constraint.js'
import { Vocabulary } from '../sampling/vocabulary.js'
import { pixelLimits } from './check-pixels.js'
import { EngineCore } from './core.js'
import type { CoreModel } from './core-options.js'
import type { StepExecutor } from './executor.js'
import { parameterCosts } from './parameters.js'
import type { EngineSettings, FromEngine, LoadedModel, LogRecord, ToEngine } from './protocol.js'
import { warmUp } from './warm-up.js'

/** A model that is ready to run. */
export interface LoadedEngine {
  executor: StepExecutor
  manifest: Manifest
  /** Bytes of the text tokens. */
  spelling: Spelling
  model: Omit<LoadedModel, 'pid'>
}

/** Loads the model of the settings; the way to report what it did on the way is the log. Throws coded errors. */
export type LoadEngine = (settings: EngineSettings, log: (record: LogRecord) => void) => Promise<LoadedEngine>

/** The other side of the channel, as a child process has it. */
export interface ParentChannel {
  /** `sent` is called when the message has left. */
  send (message: FromEngine, sent: () => void): void
  onMessage (listener: (message: ToEngine) => void): void
}

/** How the engine process ends: with code 0 when it was drained. */
export type Exit = (code: number) => void

const STATS_INTERVAL_MS = 500
/** The process cannot go on: sysexits' EX_SOFTWARE. */
const FAULT_EXIT_CODE = 70

/** Runs an engine at the end of a channel: loads, answers messages, sends events and counters until it is drained. */
export function serveChannel (channel: ParentChannel, load: LoadEngine, exit: Exit): void {
  const outlet = new Outlet(channel)
  let core: Promise<EngineCore | undefined> = Promise.resolve(undefined)
  channel.onMessage((message) => {
    if (message.type === 'start') core = startCore(message.settings, load, outlet, exit)
    else core.then((running) => { if (running !== undefined) handle(message, running, outlet, exit) }).catch((error: unknown) => { stopOnFault(error, outlet, exit) })
  })
}

async function startCore (settings: EngineSettings, load: LoadEngine, outlet: Outlet, exit: Exit): Promise<EngineCore | undefined> {
  const startedAt = systemClock.now()
  try {
    const log = (record: LogRecord): void => { outlet.send({ type: 'log', record }) }
    const { executor, manifest, spelling, model } = await load(settings, log)
    const core = new EngineCore({
      executor,
      model: coreModel(manifest, executor, spelling),
      settings,
      clock: systemClock,
      log,
      routing: (passes) => { outlet.send({ type: 'routing', passes }) },
      fault: (error) => { stopOnFault(error, outlet, exit) }
    })
    await warmUp(core, manifest)
    outlet.send({ type: 'ready', model: { ...model, pid: process.pid }, loadMs: systemClock.now() - startedAt })
    setInterval(() => { sendStats(core, outlet) }, STATS_INTERVAL_MS)
    return core
  } catch (error) {
    outlet.send({ type: 'fatal', error: toWire(error) }, () => { exit(1) })
    return undefined
  }
}

function handle (message: Exclude<ToEngine, { type: 'start' }>, core: EngineCore, outlet: Outlet, exit: Exit): void {
  switch (message.type) {
    case 'submit':
      core.submit(message, (event) => { outlet.send({ type: 'event', id: message.id, event }) })
      return
    case 'abort':
      core.abort(message.id)
      return
    case 'drain':
      core.drain().then(() => {
        sendStats(core, outlet)
        outlet.whenSent(() => { exit(0) })
      }, (error: unknown) => { stopOnFault(error, outlet, exit) })
  }
}

function sendStats (core: EngineCore, outlet: Outlet): void {
  const stats = core.takeStats()
  if (stats !== undefined) outlet.send({ type: 'stats', stats })
}

function stopOnFault (error: unknown, outlet: Outlet, exit: Exit): void {
  const reason = error instanceof Error ? error.stack ?? error.message : String(error)
  outlet.send({ type: 'log', record: { level: 'fatal', fields: { error: reason }, message: 'the engine has found a fault of its own and stops' } }, () => { exit(FAULT_EXIT_CODE) })
}

/** What the core has to know of a model. */
export function coreModel (manifest: Manifest, { sizes }: StepExecutor, spelling: Spelling): CoreModel {
  const { special_ids: ids, preprocessing, layout } = manifest
  const special = new Map<string, number>(Object.entries(ids))
  return {
    costs: parameterCosts(manifest),
    limits: {
      sizes,
      jointVocabulary: manifest.sizes.joint_vocabulary,
      pixels: pixelLimits(preprocessing)
    },
    endOfText: ids.eot,
    grammars: new GrammarShelf(new Vocabulary(spelling, { size: sizes.textVocabulary, endOfText: ids.eot })),
    unconditionalTokenIds: layout.generate_prefix.flatMap((piece) => special.get(piece) ?? [])
  }
}

/** The way out, which knows when everything has left. */
class Outlet {
  readonly #channel: ParentChannel
  #unsent = 0
  #whenSent: (() => void) | undefined

  constructor (channel: ParentChannel) {
    this.#channel = channel
  }

  send (message: FromEngine, sent?: () => void): void {
    this.#unsent++
    this.#channel.send(message, () => {
      this.#unsent--
      if (this.#unsent === 0) this.#whenSent?.()
      sent?.()
    })
  }

  /** Calls back when everything has left. */
  whenSent (callback: () => void): void {
    if (this.#unsent === 0) callback()
    else this.#whenSent = callback
  }
}
