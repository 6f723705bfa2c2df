import { type Clock, systemClock } from '../common/clock.js'
import { codedError, type CodedError, fromWire } from '../common/errors.js'
import { createRequestId } from '../common/ids.js'
import { EngineProcess } from './engine-process.js'
import { type Delivery, PendingWork } from './pending-work.js'
import { forkEngine, type SpawnEngine, WORKER_PATH } from './process.js'
import type { EngineEvent, EngineSettings, EngineStats, FromEngine, LoadedModel, LogRecord, Priority, RoutingDump, Share, TaskName, Work } from './protocol.js'
import { RESTART_LIMITS, type RestartLimits } from './restart-policy.js'

export type { Delivery } from './pending-work.js'

/** Where the engine stands. */
export type EngineState =
  /** Loading for the first time. */
  | 'starting'
  /** Loaded and warmed up. */
  | 'ready'
  /** It crashed and is being started again; work waits for it. */
  | 'restarting'
  /** Finishing what it has; takes nothing new. */
  | 'draining'
  /** Gone for good. */
  | 'stopped'

export interface SubmitOptions {
  /** Aborting it ends the work; the iteration then throws the signal's reason. */
  signal?: AbortSignal
  /** On the client's clock. Past it the work fails with deadline_exceeded. */
  deadlineAt?: number
  /** What a crash of the engine costs the caller; `streamed` unless said. */
  delivery?: Delivery
  /** `normal` unless said. */
  priority?: Priority
  /** Whose it is; nobody's in particular unless said. */
  share?: Share
}

/** What the engine tells besides the events of work. */
export interface EngineNotices {
  stats: EngineStats
  log: LogRecord
  /** Only with `routingDump: 'every-pass'`. */
  routing: RoutingDump[]
  state: EngineState
  /** It crashed, and is being started again. */
  restart: { reason: string }
}

type Listeners = { [Name in keyof EngineNotices]: ((notice: EngineNotices[Name]) => void)[] }

/** Work of each task. */
export type TaskCounts = Record<TaskName, number>

/** The door to the engine, as HTTP and tasks see it. */
export interface EngineClient {
  state (): EngineState
  /** What runs; undefined until the first engine was ready. */
  model (): LoadedModel | undefined
  /** Work by where it stands: `running` once a step has begun to work on it. */
  counts (): { waiting: TaskCounts, running: TaskCounts }
  /**
   * Has work done. It is sent when the iteration begins, and aborted when the iteration is left early.
   *
   * @throws while iterating: CodedError engine_draining, engine_stopped, queue_full, deadline_exceeded, engine_restarted, request_stops_engine, what the engine says of the work itself, or the signal's reason
   */
  submit (work: Work, options?: SubmitOptions): AsyncIterable<EngineEvent>
  /** Calls the listener with each notice from now on. */
  on<Name extends keyof EngineNotices> (name: Name, listener: (notice: EngineNotices[Name]) => void): void
  /** Takes no more work, finishes what there is, and ends the process. */
  drain (): Promise<void>
  /** Ends the process at once; what was in progress fails. */
  stop (): Promise<void>
}

export interface ForkedEngineOptions {
  settings: EngineSettings
  clock?: Clock
  spawn?: SpawnEngine
  restart?: RestartLimits
}

/**
 * The engine in a process of its own (docs/adr/0001).
 *
 * When the process ends unexpectedly it is started again. Work that nobody has seen anything of is run again, with the same result; work that was being streamed
 * fails with `engine_restarted`; work that had begun in two crashes is refused with `request_stops_engine`.
 */
export class ForkedEngine implements EngineClient {
  readonly #clock: Clock
  readonly #process: EngineProcess
  /** By id, in order of submission. */
  readonly #pending = new Map<string, PendingWork>()
  readonly #listeners: Listeners = { stats: [], log: [], routing: [], state: [], restart: [] }
  readonly #firstReady: Promise<LoadedModel>
  readonly #end: Promise<void>
  #tellFirstReady: { resolve: (model: LoadedModel) => void, reject: (error: CodedError) => void } | undefined
  #tellEnd: (() => void) | undefined
  #state: EngineState = 'starting'
  #model: LoadedModel | undefined
  #stopped = codedError('engine_stopped', ['it was told to stop'])

  constructor ({ settings, clock = systemClock, spawn = (listener) => forkEngine(WORKER_PATH, listener), restart = RESTART_LIMITS }: ForkedEngineOptions) {
    this.#clock = clock
    this.#firstReady = new Promise((resolve, reject) => { this.#tellFirstReady = { resolve, reject } })
    this.#firstReady.catch(() => {}) // whoever asks hears it; nobody has to ask
    this.#end = new Promise((resolve) => { this.#tellEnd = resolve })
    this.#process = new EngineProcess({ settings, clock, spawn, restart }, {
      ready: (model) => { this.#ready(model) },
      message: (message) => { this.#take(message) },
      crashed: (reason) => { this.#crashed(reason) },
      ended: (error) => { this.#ended(error) }
    })
  }

  /**
   * Waits until the first engine is loaded and warmed up.
   *
   * @throws CodedError the reason why it cannot start: of the model folder, of the execution provider, or engine_stopped
   */
  async whenReady (): Promise<LoadedModel> {
    return await this.#firstReady
  }

  state (): EngineState {
    return this.#state
  }

  model (): LoadedModel | undefined {
    return this.#model
  }

  counts (): { waiting: TaskCounts, running: TaskCounts } {
    const counts = { waiting: { generate: 0, caption: 0, answer: 0 }, running: { generate: 0, caption: 0, answer: 0 } }
    for (const pending of this.#pending.values()) counts[pending.hasBegun ? 'running' : 'waiting'][pending.task]++
    return counts
  }

  async * submit (work: Work, { signal, deadlineAt, delivery = 'streamed', priority = 'normal', share }: SubmitOptions = {}): AsyncGenerator<EngineEvent, void, undefined> {
    signal?.throwIfAborted()
    if (this.#state === 'stopped') throw this.#stopped
    if (this.#state === 'draining') throw codedError('engine_draining', [])
    const id = createRequestId()
    const pending = new PendingWork({ id, work, delivery, priority, share, submittedAt: this.#clock.now(), deadlineAt })
    const fail = (error: unknown): void => { pending.events.fail(error) }
    const onAbort = (): void => { fail(signal?.reason) }
    const stopWatching = this.#watchDeadline(pending, fail)
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#pending.set(id, pending)
    if (this.#process.isReady) this.#send(pending)
    try {
      for await (const event of pending.events.read()) {
        if (event.type === 'failed') throw fromWire(event.error)
        yield event
      }
    } finally {
      stopWatching()
      signal?.removeEventListener('abort', onAbort)
      // What has ended is no longer pending; the rest was left early.
      if (this.#pending.delete(id)) this.#process.send({ type: 'abort', id })
    }
  }

  on<Name extends keyof EngineNotices> (name: Name, listener: (notice: EngineNotices[Name]) => void): void {
    this.#listeners[name].push(listener)
  }

  async drain (): Promise<void> {
    if (this.#state === 'ready') this.#process.send({ type: 'drain' })
    if (this.#state === 'ready' || this.#state === 'restarting') this.#enter('draining')
    // An engine that never took work has none to finish.
    if (this.#state === 'starting') this.#process.kill()
    else if (this.#process.isReady) this.#process.expectEnd()
    await this.#end
  }

  async stop (): Promise<void> {
    if (this.#state !== 'stopped') this.#process.kill()
    await this.#end
  }

  /** The engine has a deadline of its own; this one also holds while no engine runs. */
  #watchDeadline ({ submission: { deadlineAt, submittedAt } }: PendingWork, fail: (error: CodedError) => void): () => void {
    if (deadlineAt === undefined) return () => {}
    const leftMs = deadlineAt - submittedAt
    const timer = setTimeout(() => { fail(codedError('deadline_exceeded', [Math.round(leftMs)])) }, Math.max(0, leftMs))
    return () => { clearTimeout(timer) }
  }

  #send (pending: PendingWork): void {
    const { id, work, priority, share, submittedAt, deadlineAt } = pending.submission
    const now = this.#clock.now()
    const timeout = deadlineAt === undefined ? {} : { timeoutMs: Math.max(0, deadlineAt - now) }
    this.#process.send({ type: 'submit', id, work, ...timeout, waitedMs: now - submittedAt, priority, company: pending.isSuspect ? 'alone' : 'any', ...(share === undefined ? {} : { share }) })
  }

  #ready (model: LoadedModel): void {
    this.#model = model
    this.#tellFirstReady?.resolve(model)
    for (const pending of this.#pending.values()) this.#send(pending)
    if (this.#state !== 'draining') {
      this.#enter('ready')
      return
    }
    this.#process.send({ type: 'drain' })
    this.#process.expectEnd()
  }

  #take (message: Exclude<FromEngine, { type: 'ready' | 'fatal' }>): void {
    if (message.type === 'event') {
      // Events of work that was left early may still be on their way.
      if (this.#pending.get(message.id)?.take(message.event) === 'ended') this.#pending.delete(message.id)
    } else if (message.type === 'stats') this.#tell('stats', message.stats)
    else if (message.type === 'routing') this.#tell('routing', message.passes)
    else this.#tell('log', message.record)
  }

  #crashed (reason: string): void {
    for (const [id, pending] of this.#pending) {
      const verdict = pending.crashed()
      if (verdict.outcome === 'resubmit') continue
      pending.events.fail(verdict.error)
      this.#pending.delete(id)
    }
    if (this.#state === 'ready') this.#enter('restarting')
    this.#tell('restart', { reason })
  }

  #ended (error?: CodedError): void {
    if (error !== undefined) this.#stopped = codedError('engine_stopped', [error.message], { cause: error })
    for (const pending of this.#pending.values()) pending.events.fail(this.#stopped)
    this.#pending.clear()
    this.#tellFirstReady?.reject(error ?? this.#stopped)
    this.#enter('stopped')
    this.#tellEnd?.()
  }

  #enter (state: EngineState): void {
    this.#state = state
    this.#tell('state', state)
  }

  #tell<Name extends keyof EngineNotices> (name: Name, notice: EngineNotices[Name]): void {
    for (const listener of this.#listeners[name]) listener(notice)
  }
}
