import type { Clock } from '../common/clock.js'
import { codedError, type CodedError } from '../common/errors.js'
import type { Admission, QueueTicket, Ticket } from '../tasks/admission.js'
import type { StepTimes } from '../tasks/step-times.js'
import type { RateAccount } from './rate-limits.js'

/** How far a request is. */
export interface Progress {
  state: 'queued' | 'running'
  /** Requests in front of it. */
  position: number
  /** Milliseconds until it has ended: what the engine has begun, the work in front and its own, at the measured step times. */
  etaMs: number
}

export interface CountedTicketOptions {
  place: QueueTicket
  account: RateAccount
  times: StepTimes
  clock: Clock
  /** The deadline that its caller has set; undefined when it set none. */
  deadlineAt: number | undefined
  /** Units that it was let in with. */
  estimate: number
  /** Counts a refusal, and answers it. */
  refused: (reason: 'deadline' | 'rate_limit', error: CodedError) => CodedError
}

/** A ticket whose real cost is held against the deadline that its caller has set, and counted for the caller's minute. */
export class CountedTicket implements Ticket {
  readonly #options: CountedTicketOptions
  #units: number
  #counted = 0
  #hasStarted = false
  #tellCounted = (): void => {}

  constructor (options: CountedTicketOptions) {
    this.#options = options
    this.#units = options.estimate
  }

  get task (): Ticket['task'] {
    return this.#options.place.task
  }

  get progress (): Progress {
    const { place: { standing: { position, waitMs } }, times } = this.#options
    if (this.#hasStarted) return { state: 'running', position: 0, etaMs: times.begunMs }
    return { state: 'queued', position, etaMs: times.begunMs + waitMs + times.of(this.task, this.#units) }
  }

  /** Calls back once the request has been understood and its cost is counted. */
  onCounted (callback: () => void): void {
    this.#tellCounted = callback
  }

  setUnits (units: number): Admission {
    const { place, account, deadlineAt } = this.#options
    if (deadlineAt !== undefined) this.#expectInTime(units, deadlineAt)
    const outcome = place.setUnits(units)
    if (!outcome.admitted) return outcome
    const error = account.takeUnits(units - this.#counted)
    if (error !== undefined) throw this.#options.refused('rate_limit', error)
    this.#counted = this.#units = units
    this.#tellCounted()
    return outcome
  }

  started (): void {
    this.#hasStarted = true
    this.#options.place.started()
  }

  /** Work that was not begun does not count. */
  release (): void {
    if (!this.#hasStarted) this.#options.account.giveUnits(this.#counted)
    this.#counted = 0
    this.#options.place.release()
  }

  /** Refuses what even the best steps that were measured would not bring to an end in time. */
  #expectInTime (units: number, deadlineAt: number): void {
    const { place: { standing }, times, clock, refused } = this.#options
    const leftMs = Math.round(deadlineAt - clock.now())
    // Past it already: that ends the request by itself.
    if (leftMs <= 0) return
    const neededMs = Math.ceil(times.least(this.task, units))
    if (neededMs > leftMs) throw refused('deadline', codedError('deadline_too_short', [neededMs, leftMs]))
    const waitMs = Math.ceil(standing.waitMs)
    if (waitMs + neededMs > leftMs) throw refused('deadline', codedError('deadline_behind_queue', [waitMs, neededMs, leftMs]))
  }
}
