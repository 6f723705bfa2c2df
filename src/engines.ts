import { codedError } from './common/errors.js'
import type { ForkedEngine } from './engine/client.js'
import type { LogRecord } from './engine/protocol.js'
import { type EngineOptions, type ReadModel, startEngine } from './open-model.js'

/** Where their log lines go. */
export type EngineLog = Record<LogRecord['level'], (fields: object, message: string) => void>

/** The engine processes of a server: of each model that which answers, one that is being loaded, one that finishes what it has. */
export class Engines {
  readonly #options: EngineOptions
  readonly #running = new Set<ForkedEngine>()
  readonly #lost = new Map<ForkedEngine, Error>()
  #early: LogRecord[] = []
  #write = (record: LogRecord): void => { this.#early.push(record) }
  #tellLoss = (_engine: ForkedEngine, _reason: Error): void => {}

  constructor (options: EngineOptions) {
    this.#options = options
  }

  start (read: ReadModel): ForkedEngine {
    const engine = startEngine(read, this.#options)
    this.#running.add(engine)
    engine.on('log', (record) => { this.#write(record) })
    engine.on('restart', ({ reason }) => { this.#write({ level: 'error', fields: { reason }, message: 'the engine ended unexpectedly and is started again' }) })
    endOf(engine).then((reason) => {
      this.#running.delete(engine)
      this.#lost.set(engine, reason)
      this.#tellLoss(engine, reason)
    }, () => {})
    return engine
  }

  /** Gives the log: engines are started before the server that logs. */
  writeTo (log: EngineLog): void {
    this.#write = ({ level, fields, message }) => { log[level]({ from: 'engine', ...fields }, message) }
    this.#early.splice(0).forEach(this.#write)
  }

  /** Tells of every engine that is gone for good and why, those that are gone already included. */
  onLoss (tell: (engine: ForkedEngine, reason: Error) => void): void {
    this.#tellLoss = tell
    for (const [engine, reason] of this.#lost) tell(engine, reason)
  }

  /** Ends all of them at once. */
  async stop (): Promise<void> {
    await Promise.all([...this.#running].map(async (engine) => { await engine.stop() }))
  }
}

/** Resolves with the reason when an engine is gone for good. */
async function endOf (engine: ForkedEngine): Promise<Error> {
  let lastReason = 'it ended unexpectedly'
  engine.on('restart', ({ reason }) => { lastReason = reason })
  if (engine.state() !== 'stopped') await new Promise<void>((resolve) => { engine.on('state', (state) => { if (state === 'stopped') resolve() }) })
  // An engine that never was ready says why; one that was has crashed too often.
  return await engine.whenReady().then(() => codedError('engine_stopped', [lastReason]), (error: Error) => error)
}
