import type { EventEmitter } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { type App, buildApp } from './app.js'
import { systemClock } from './common/clock.js'
import { codedError } from './common/errors.js'
import { isLoopback, type Config } from './config.js'
import type { ForkedEngine } from './engine/client.js'
import type { SpawnEngine } from './engine/process.js'
import type { LoadedModel, LogRecord } from './engine/protocol.js'
import { OPEN_TO_ALL, readApiKeys } from './http/api-keys.js'
import { openModel } from './open-model.js'
import { packageVersion } from './package.js'

/** What the process around a server gives it. */
export interface ServeHost {
  /** Emits SIGTERM and SIGINT; `process`. */
  signals: EventEmitter
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
export async function serve (config: Config, { signals, logTo, spawn }: ServeHost): Promise<ServeEnd> {
  const apiKeys = config.apiKeysFile === '' ? OPEN_TO_ALL : await readApiKeys(config.apiKeysFile)
  const { model, engine } = await openModel(config.model, { ...config, spawn })
  const giveLog = keepLog(engine)
  try {
    const app = await buildApp({ models: [{ engine, model }], apiKeys, clock: systemClock, version: packageVersion(), ...(logTo === undefined ? {} : { logTo }) }, config)
    giveLog(app.server.log)
    try {
      return await run(app, engine, config, signals)
    } finally {
      await app.server.close()
    }
  } finally {
    await engine.stop()
  }
}

async function run (app: App, engine: ForkedEngine, config: Config, signals: EventEmitter): Promise<ServeEnd> {
  const { server: { log } } = app
  const told = listenToSignals(signals)
  try {
    const address = await listen(app, config)
    if (config.apiKeysFile === '' && !isLoopback(config.host)) log.warn('no API keys file is set: whoever reaches this address may use the model')
    // Why it could not start is told by its loss.
    engine.whenReady().then((loaded) => { logReady(log, address, loaded) }, () => {})
    const loss = await Promise.race([told.once, lossOf(engine)])
    if (loss instanceof Error) {
      await farewell(app)
      throw loss
    }
    return await drain(app, engine, config, told.twice)
  } finally {
    told.stop()
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

/**
 * Takes the engine's log lines and crashes into a log that there is not yet: the engine is started before the server that logs.
 *
 * @returns gives the log
 */
function keepLog (engine: ForkedEngine): (log: App['server']['log']) => void {
  const early: LogRecord[] = []
  let write = (record: LogRecord): void => { early.push(record) }
  engine.on('log', (record) => { write(record) })
  engine.on('restart', ({ reason }) => { write({ level: 'error', fields: { reason }, message: 'the engine ended unexpectedly and is started again' }) })
  return (log) => {
    write = ({ level, fields, message }) => { log[level]({ from: 'engine', ...fields }, message) }
    early.splice(0).forEach(write)
  }
}

/** Resolves with the reason when the engine is gone for good without having been told to. */
async function lossOf (engine: ForkedEngine): Promise<Error> {
  let lastReason = 'it ended unexpectedly'
  engine.on('restart', ({ reason }) => { lastReason = reason })
  if (engine.state() !== 'stopped') await new Promise<void>((resolve) => { engine.on('state', (state) => { if (state === 'stopped') resolve() }) })
  // An engine that never was ready says why; one that was has crashed too often.
  return await engine.whenReady().then(() => codedError('engine_stopped', [lastReason]), (error: Error) => error)
}

async function drain ({ server: { log }, lifecycle, models }: App, engine: ForkedEngine, { drainTimeoutMs }: Config, forced: Promise<void>): Promise<ServeEnd> {
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
  if (outcome === 'empty') await Promise.race([engine.drain(), wait(LAST_WORDS_MS, undefined, { ref: false }), isForced])
  log.info('stopped')
  return outcome === 'forced' ? 'forced' : 'drained'
}

/** Those whose work went down with the engine are being told; this gives the words time to leave. */
async function farewell ({ lifecycle, models }: App): Promise<void> {
  lifecycle.beginDrain()
  await Promise.race([models.whenEmpty(), wait(LAST_WORDS_MS, undefined, { ref: false })])
}

interface Told { once: Promise<void>, twice: Promise<void>, stop: () => void }

/** Two promises: the first signal, and the second. */
function listenToSignals (signals: EventEmitter): Told {
  const tell: (() => void)[] = []
  const once = new Promise<void>((resolve) => { tell.push(resolve) })
  const twice = new Promise<void>((resolve) => { tell.push(resolve) })
  const onSignal = (): void => { tell.shift()?.() }
  for (const signal of SIGNALS) signals.on(signal, onSignal)
  return { once, twice, stop: () => { for (const signal of SIGNALS) signals.off(signal, onSignal) } }
}
