import type { EventEmitter } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { type App, buildApp } from './app.js'
import { systemClock } from './common/clock.js'
import { codedError } from './common/errors.js'
import { openAdmin } from './admin.js'
import { isLoopback, type Config } from './config.js'
import type { ForkedEngine } from './engine/client.js'
import { Engines } from './engines.js'
import type { SpawnEngine } from './engine/process.js'
import type { LoadedModel } from './engine/protocol.js'
import { OPEN_TO_ALL, readApiKeys } from './http/api-keys.js'
import { readModel, type ReadModel } from './open-model.js'
import { packageVersion } from './package.js'
import { Reloader } from './reloader.js'
import { Reloads, turnTaking } from './reloads.js'
import { threadsOfEach } from './share-threads.js'
import type { LoadedParts } from './tasks/backend.js'
import { type LossOptions, whenHopeless } from './watch-losses.js'

/** What the process around a server gives it. */
export interface ServeHost {
  /** Emits SIGTERM, SIGINT and SIGHUP; `process`. */
  signals: EventEmitter
  /** What SIGHUP asks for: of a server at a terminal, that it ends with it. `reload` where absent. */
  hangup?: 'reload' | 'end'
  /** Where log lines go; standard output where absent. */
  logTo?: { write: (line: string) => void }
  /** Starts the engine; that of this package where absent. */
  spawn?: SpawnEngine
  /** Between two tries to load one of several models again whose engine is gone; half a minute where absent. */
  retryMs?: number
}

/** How a server ended. */
export type ServeEnd =
  /** It was told to, and everybody was answered, if only that it had to stop. */
  | 'drained'
  /** It was told to twice, and did not wait. */
  | 'forced'

/** How long an answer that says that its request had to stop may take to leave. */
const LAST_WORDS_MS = 1000
/** Loading takes seconds of the cores that the other models answer with. */
const RETRY_MS = 30_000
const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/**
 * Runs a server from its start to its end: it listens first, so that probes are answered while the model loads, and drains when it is told to stop.
 *
 * @throws CodedError why it could not start, or why its engine is gone for good: of the model folder, the API keys, the address, the execution provider, or engine_stopped
 */
export async function serve (config: Config, { signals, hangup = 'reload', logTo, spawn, retryMs = RETRY_MS }: ServeHost): Promise<ServeEnd> {
  const apiKeys = config.apiKeysFile === '' ? OPEN_TO_ALL : await readApiKeys(config.apiKeysFile)
  const [first, ...others] = await readModels(config)
  const engines = new Engines({ ...config, spawn, threads: threadsOfEach(config.threads, 1 + others.length) })
  const start = (read: ReadModel): Started => ({ engine: engines.start(read), model: read.model })
  const started: [Started, ...Started[]] = [start(first), ...others.map(start)]
  try {
    const app = await buildApp({ models: started, apiKeys, clock: systemClock, version: packageVersion(), ...(logTo === undefined ? {} : { logTo }) }, config)
    const { server: { log } } = app
    engines.writeTo(log)
    const reloads = reloadsOf(app, engines, [config.model, ...config.moreModels])
    try {
      return await run({ app, engines, started, reloads, retryMs }, config, listenToSignals(signals, hangup === 'reload' ? () => { reloads.reloadUnasked() } : undefined))
    } finally {
      await app.server.close()
    }
  } finally {
    await engines.stop()
  }
}

/** The default model first. */
async function readModels ({ model, moreModels }: Config): Promise<[ReadModel, ...ReadModel[]]> {
  const read: [ReadModel, ...ReadModel[]] = [await readModel(model)]
  for (const setting of moreModels) read.push(await readModel(setting))
  return read
}

/** @param settings folders, in the order of the models */
function reloadsOf ({ models, lifecycle, server: { log } }: App, engines: Engines, settings: readonly string[]): Reloads {
  const inTurn = turnTaking()
  return new Reloads(models.all.map((served, index) => new Reloader({ served, setting: settings[index] ?? '', engines, lifecycle, inTurn, log })))
}

/** A model with its first engine. */
interface Started extends LoadedParts { engine: ForkedEngine }

/** A server and what it runs on. */
interface Running extends LossOptions { started: readonly Started[] }

async function run (running: Running, config: Config, told: Told): Promise<ServeEnd> {
  const { app, reloads, started } = running
  const { server: { log } } = app
  let closeAdmin = async (): Promise<void> => {}
  try {
    const address = await listen(app, config)
    closeAdmin = await openAdmin(config.adminAddress, reloads, app)
    if (config.apiKeysFile === '' && !isLoopback(config.host)) log.warn('no API keys file is set: whoever reaches this address may use the model')
    // Why one could not start is told by its loss.
    Promise.all(started.map(async ({ engine }) => await engine.whenReady())).then((loaded) => { logReady(log, address, loaded) }, () => {})
    const loss = await Promise.race([told.once, whenHopeless(running)])
    if (loss instanceof Error) {
      await farewell(app)
      throw loss
    }
    return await drain(app, config, told.twice)
  } finally {
    told.stop()
    await closeAdmin()
  }
}

function logReady (log: App['server']['log'], address: string, loaded: readonly LoadedModel[]): void {
  const models = loaded.map(({ name, precision, executionProvider, fallbackReason }) => ({ model: name, precision, executionProvider, ...(fallbackReason === undefined ? {} : { fallbackReason }) }))
  log.info({ address, ...(models.length === 1 ? models[0] : { models }) }, `ready on ${address}`)
}

async function listen ({ server }: App, { host, port }: Config): Promise<string> {
  try {
    return await server.listen({ host, port, listenTextResolver: (address) => `listening on ${address}; the model is being loaded` })
  } catch (cause) {
    throw codedError('address_unusable', [`${host}:${port}`, cause instanceof Error ? cause.message : String(cause)], { cause })
  }
}

async function drain ({ server: { log }, lifecycle, models }: App, { drainTimeoutMs }: Config, forced: Promise<void>): Promise<ServeEnd> {
  lifecycle.beginDrain()
  log.info({ inFlight: models.inFlight, drainTimeoutMs }, 'draining: requests in flight are finished, new ones refused')
  const isForced = forced.then(() => 'forced' as const)
  const outcome = await Promise.race([models.whenEmpty().then(() => 'empty' as const), wait(drainTimeoutMs, 'late' as const, { ref: false }), isForced])
  if (outcome !== 'empty') {
    log.warn({ inFlight: models.inFlight, outcome }, 'requests in flight are ended')
    lifecycle.forceStop(codedError('engine_draining', []))
    await Promise.race([models.whenEmpty(), wait(LAST_WORDS_MS, undefined, { ref: false })])
  }
  // Nothing is left to do, so this takes no longer than the engine's last message.
  if (outcome === 'empty') await Promise.race([Promise.all(models.all.map(async ({ backend: { engine } }) => { await engine.drain() })), wait(LAST_WORDS_MS, undefined, { ref: false }), isForced])
  log.info('stopped')
  return outcome === 'forced' ? 'forced' : 'drained'
}

/** Those whose work went down with the engine are being told; this gives the words time to leave. */
async function farewell ({ lifecycle, models }: App): Promise<void> {
  lifecycle.beginDrain()
  await Promise.race([models.whenEmpty(), wait(LAST_WORDS_MS, undefined, { ref: false })])
}

interface Told { once: Promise<void>, twice: Promise<void>, stop: () => void }

/** Two promises: the first signal that it is to end, and the second. */
function listenToSignals (signals: EventEmitter, onHangup: (() => void) | undefined): Told {
  const tell: (() => void)[] = []
  const once = new Promise<void>((resolve) => { tell.push(resolve) })
  const twice = new Promise<void>((resolve) => { tell.push(resolve) })
  const onSignal = (): void => { tell.shift()?.() }
  for (const signal of SIGNALS) signals.on(signal, onSignal)
  if (onHangup !== undefined) signals.on('SIGHUP', onHangup)
  const stop = (): void => {
    for (const signal of SIGNALS) signals.off(signal, onSignal)
    if (onHangup !== undefined) signals.off('SIGHUP', onHangup)
  }
  return { once, twice, stop }
}
