import type { Clock } from '../common/clock.js'
import { codedError, type CodedError } from '../common/errors.js'
import type { Admission, QueueTicket, Ticket } from '../tasks/admission.js'
import type { StepTimes } from '../tasks/step-times.js'
import type { RejectionReason } from '../telemetry/metrics.js'
import type { RateAccount } from './rate-limits.js'

/** How far a request is. */
export interface Progress {
  state: 'queued' | 'running'
  /** Requests in front of it. */
  position: number
  /** Milliseconds until it has ended: what the engine has begun, the work in front and its own, at the measured step times. */
  etaMs: number
}

/** Where a request stands. */
export interface Standpoint {
  place: QueueTicket
  times: StepTimes
  /** Units that it was let in with. */
  estimate: number
  /** Counts a refusal, and answers it. */
  refused: (reason: RejectionReason, error: CodedError) => CodedError
}

export interface CountedTicketOptions {
  at: Standpoint
  account: RateAccount
  clock: Clock
  /** The deadline that its caller has set; undefined when it set none. */
  deadlineAt: number | undefined
}

/** A ticket whose real cost is held against the deadline that its caller has set, and counted for the caller's minute. */
export class CountedTicket implements Ticket {
  readonly #options: CountedTicketOptions
  #at: Standpoint
  #units: number
  #counted = 0
  #hasStarted = false
  #tellCounted = (): void => {}

  constructor (options: CountedTicketOptions) {
    this.#options = options
    this.#at = options.at
    this.#units = options.at.estimate
  }

  get task (): Ticket['task'] {
    return this.#at.place.task
  }

  /** Gives up its place for another one, before anything was counted: out of the lobby, into the queue of a model. */
  moveTo (next: Standpoint): void {
    this.#at.place.release()
    this.#at = next
    this.#units = next.estimate
  }

  get progress (): Progress {
    const { place: { standing: { position, waitMs } }, times } = this.#at
    if (this.#hasStarted) return { state: 'running', position: 0, etaMs: times.begunMs }
    return { state: 'queued', position, etaMs: times.begunMs + waitMs + times.of(this.task, this.#units) }
  }

  /** Calls back once the request has been understood and its cost is counted. */
  onCounted (callback: () => void): void {
    this.#tellCounted = callback
  }

  setUnits (units: number): Admission {
    const { account, deadlineAt } = this.#options
    const { place, refused } = this.#at
    if (deadlineAt !== undefined) this.#expectInTime(units, deadlineAt)
    const outcome = place.setUnits(units)
    if (!outcome.admitted) return outcome
    const error = account.takeUnits(units - this.#counted)
    if (error !== undefined) throw refused('rate_limit', error)
    this.#counted = this.#units = units
    this.#tellCounted()
    return outcome
  }

  started (): void {
    this.#hasStarted = true
    this.#at.place.started()
  }

  /** Work that was not begun does not count. */
  release (): void {
    if (!this.#hasStarted) this.#options.account.giveUnits(this.#counted)
    this.#counted = 0
    this.#at.place.release()
  }

  /** Refuses what even the best steps that were measured would not bring to an end in time. */
  #expectInTime (units: number, deadlineAt: number): void {
    const { place: { standing }, times, refused } = this.#at
    const leftMs = Math.round(deadlineAt - this.#options.clock.now())
    // Past it already: that ends the request by itself.
    if (leftMs <= 0) return
    const neededMs = Math.ceil(times.least(this.task, units))
    if (neededMs > leftMs) throw refused('deadline', codedError('deadline_too_short', [neededMs, leftMs]))
    const waitMs = Math.ceil(standing.waitMs)
    if (waitMs + neededMs > leftMs) throw refused('deadline', codedError('deadline_behind_queue', [waitMs, neededMs, leftMs]))
  }
}
