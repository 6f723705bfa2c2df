import type { Clock } from '../common/clock.js'
import { type CodedError, codedError, fromWire } from '../common/errors.js'
import type { EngineChannel, SpawnEngine } from './process.js'
import type { EngineSettings, FromEngine, LoadedModel, ToEngine } from './protocol.js'
import { type RestartLimits, RestartPolicy } from './restart-policy.js'

/** Who hears how the engine fares. */
export interface EngineProcessListener {
  /** An engine is loaded and takes work: the first one, or one after a crash. */
  ready (model: LoadedModel): void
  /** What it says about work and about itself. */
  message (message: Exclude<FromEngine, { type: 'ready' | 'fatal' }>): void
  /** It ended unexpectedly, and is being started again. */
  crashed (reason: string): void
  /** It ended for good. Told once, the last call. Without an error it was told to. */
  ended (error?: CodedError): void
}

export interface EngineProcessOptions {
  settings: EngineSettings
  clock: Clock
  spawn: SpawnEngine
  restart: RestartLimits
}

/** One engine after another: starts a process, starts the next when it crashes, and gives up when that leads nowhere. */
export class EngineProcess {
  readonly #options: EngineProcessOptions
  readonly #listener: EngineProcessListener
  readonly #policy: RestartPolicy
  #channel: EngineChannel
  #readyAt: number | undefined
  #wasEverReady = false
  /** Why the present process said that it cannot start. */
  #fatal: CodedError | undefined
  #isEnding = false
  #restart: NodeJS.Timeout | undefined

  constructor (options: EngineProcessOptions, listener: EngineProcessListener) {
    this.#options = options
    this.#listener = listener
    this.#policy = new RestartPolicy(options.restart)
    this.#channel = this.#start()
  }

  /** Whether it is loaded and takes work. */
  get isReady (): boolean {
    return this.#readyAt !== undefined
  }

  /** Sends to the present process; to one that is gone nothing is sent. */
  send (message: ToEngine): void {
    this.#channel.send(message)
  }

  /** The next end is wanted: nothing is started after it. */
  expectEnd (): void {
    this.#isEnding = true
    if (this.#restart === undefined) return
    clearTimeout(this.#restart)
    this.#restart = undefined
    this.#listener.ended()
  }

  /** Ends the process at once and for good. */
  kill (): void {
    this.expectEnd()
    this.#channel.kill()
  }

  #start (): EngineChannel {
    this.#fatal = undefined
    const channel = this.#options.spawn({
      message: (message) => { this.#take(message) },
      ended: ({ reason }) => { this.#ended(reason) }
    })
    channel.send({ type: 'start', settings: this.#options.settings })
    return channel
  }

  #take (message: FromEngine): void {
    if (message.type === 'fatal') {
      this.#fatal = fromWire(message.error)
      return
    }
    if (message.type !== 'ready') {
      this.#listener.message(message)
      return
    }
    this.#readyAt = this.#options.clock.now()
    this.#wasEverReady = true
    this.#listener.ready(message.model)
  }

  #ended (reason: string): void {
    const readyForMs = this.#readyAt === undefined ? undefined : this.#options.clock.now() - this.#readyAt
    this.#readyAt = undefined
    if (this.#isEnding) {
      this.#listener.ended()
      return
    }
    // What an engine that never ran says of its model or its provider will be said again: only people can help.
    const verdict = this.#fatal !== undefined && !this.#wasEverReady ? 'give-up' : this.#policy.afterEnd(readyForMs)
    if (verdict === 'give-up') {
      this.#listener.ended(this.#fatal ?? codedError('engine_stopped', [reason]))
      return
    }
    this.#restart = setTimeout(() => {
      this.#restart = undefined
      this.#channel = this.#start()
    }, verdict.restartInMs)
    this.#listener.crashed(this.#fatal?.message ?? reason)
  }
}
