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
import { readModel } from './open-model.js'
import { packageVersion } from './package.js'
import { Reloader } from './reloader.js'

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
}

/** How a server ended. */
export type ServeEnd =
  /** It was told to, and everybody was answered, if only that it had to stop. */
  | 'drained'
  /** It was told to twice, and did not wait. */
  | 'forced'

/** How long an answer that says that its request had to stop may take to leave. */
const LAST_WORDS_MS = 1000
const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/**
 * Runs a server from its start to its end: it listens first, so that probes are answered while the model loads, and drains when it is told to stop.
 *
 * @throws CodedError why it could not start, or why its engine is gone for good: of the model folder, the API keys, the address, the execution provider, or engine_stopped
 */
export async function serve (config: Config, { signals, hangup = 'reload', logTo, spawn }: ServeHost): Promise<ServeEnd> {
  const apiKeys = config.apiKeysFile === '' ? OPEN_TO_ALL : await readApiKeys(config.apiKeysFile)
  const read = await readModel(config.model)
  const engines = new Engines({ ...config, spawn })
  const engine = engines.start(read)
  try {
    const app = await buildApp({ models: [{ engine, model: read.model }], apiKeys, clock: systemClock, version: packageVersion(), ...(logTo === undefined ? {} : { logTo }) }, config)
    const { server: { log }, lifecycle, models: { first: served } } = app
    engines.writeTo(log)
    const reloader = new Reloader({ served, setting: config.model, engines, lifecycle, log })
    try {
      return await run({ app, engines, first: engine, reloader }, config, listenToSignals(signals, hangup === 'reload' ? () => { reloader.reloadUnasked() } : undefined))
    } finally {
      await app.server.close()
    }
  } finally {
    await engines.stop()
  }
}

/** A server and what it runs on. */
interface Running { app: App, engines: Engines, first: ForkedEngine, reloader: Reloader }

async function run ({ app, engines, first, reloader }: Running, config: Config, told: Told): Promise<ServeEnd> {
  const { server: { log }, models: { first: served } } = app
  let closeAdmin = async (): Promise<void> => {}
  try {
    const address = await listen(app, config)
    closeAdmin = await openAdmin(config.adminAddress, reloader, app)
    if (config.apiKeysFile === '' && !isLoopback(config.host)) log.warn('no API keys file is set: whoever reaches this address may use the model')
    // Why it could not start is told by its loss.
    first.whenReady().then((loaded) => { logReady(log, address, loaded) }, () => {})
    const loss = await Promise.race([told.once, engines.whenLost((engine) => served.backend.engine === engine)])
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

function logReady (log: App['server']['log'], address: string, { name, precision, executionProvider, fallbackReason }: LoadedModel): void {
  log.info({ address, model: name, precision, executionProvider, ...(fallbackReason === undefined ? {} : { fallbackReason }) }, `ready on ${address}`)
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
  if (outcome === 'empty') await Promise.race([models.first.backend.engine.drain(), wait(LAST_WORDS_MS, undefined, { ref: false }), isForced])
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
