import type { Clock } from '../common/clock.js'
import { codedError, type CodedError } from '../common/errors.js'
import type { EngineClient } from '../engine/client.js'
import type { TaskName } from '../engine/protocol.js'
import type { AdmissionQueue, QueueTicket, Ticket } from '../tasks/admission.js'
import type { StepTimes } from '../tasks/step-times.js'
import type { TaskContext } from '../tasks/task-context.js'
import type { Metrics, RejectionReason } from '../telemetry/metrics.js'
import type { Caller } from './api-keys.js'
import type { Lifecycle } from './lifecycle.js'
import { type RateAccount, RateLimits, type RateTerms } from './rate-limits.js'
import type { Wishes } from './wishes.js'

export interface DoorOptions {
  admission: AdmissionQueue
  times: StepTimes
  engine: EngineClient
  lifecycle: Lifecycle
  metrics: Metrics
  clock: Clock
  /** Work units taken for a request of a task until its body has been read. */
  estimateUnits: Readonly<Record<TaskName, number>>
  /** Limits of callers whose key says nothing of them. */
  rates: RateTerms
}

/** Somebody who wants something done. */
export interface Visitor {
  task: TaskName
  caller: Caller
  /** Whose minute it counts for: that of the key, or of the address where no key is asked for. */
  account: string
  wishes: Wishes
  /** Deadline of every request, from its arrival. */
  timeoutMs: number
}

/** A visitor who was let in. */
export interface Visit {
  context: TaskContext
  /** What has become of its minute, for the headers. */
  account: RateAccount
  /** Ends it; what it has begun is aborted. */
  end (reason: CodedError): void
  /** Its connection is done with it. */
  leave (): void
}

/** Decides who is let in front of the model, in which order, and with which ticket. No body is read and no picture decoded before. */
export class Door {
  readonly #options: DoorOptions
  readonly #limits: RateLimits

  constructor (options: DoorOptions) {
    this.#options = options
    this.#limits = new RateLimits(options.clock)
  }

  /** What a caller has left of its minute. */
  accountOf ({ caller, account }: Pick<Visitor, 'caller' | 'account'>): RateAccount {
    const { rates } = this.#options
    return this.#limits.account(account, { requests: caller.requests_per_minute ?? rates.requests, workUnits: caller.work_units_per_minute ?? rates.workUnits })
  }

  /** @throws engine_draining, engine_not_ready, rate_limit_exceeded, queue_full */
  enter (visitor: Visitor): Visit {
    const { clock, lifecycle } = this.#options
    const { caller, wishes: { priority, deadlineMs }, timeoutMs } = visitor
    const admittedAt = clock.now()
    const limitMs = Math.min(timeoutMs, deadlineMs ?? timeoutMs)
    const account = this.accountOf(visitor)
    const place = this.#takePlace(visitor, account)
    const ticket = this.#countedTicket(place, account, deadlineMs === undefined ? undefined : admittedAt + limitMs)
    const abort = new AbortController()
    const end = (reason: CodedError): void => { abort.abort(reason) }
    const stopWaiting = lifecycle.onForcedStop(end)
    const deadline = setTimeout(() => { end(codedError('deadline_exceeded', [limitMs])) }, limitMs)
    const share = { name: caller.id, weight: caller.weight ?? 1 }
    const context = { signal: abort.signal, deadlineAt: admittedAt + limitMs, admittedAt, ticket, caller: caller.id, share, priority, timings: {} }
    return {
      context,
      account,
      end,
      leave: () => {
        clearTimeout(deadline)
        stopWaiting()
        ticket.release()
      }
    }
  }

  #takePlace ({ task, caller }: Visitor, account: RateAccount): QueueTicket {
    const { admission, engine, lifecycle, estimateUnits } = this.#options
    if (lifecycle.isDraining) throw this.#refused('draining', codedError('engine_draining', []))
    // While the engine restarts, requests wait for it like those that it was working on.
    const state = engine.state()
    if (state !== 'ready' && state !== 'restarting') throw this.#refused('not_ready', codedError('engine_not_ready', []))
    this.#count(() => { account.takeRequest() })
    const outcome = admission.admit(task, estimateUnits[task], { name: caller.id, weight: caller.weight ?? 1 })
    if (outcome.admitted) return outcome.ticket
    account.giveRequest()
    throw this.#refused('queue_full', codedError('queue_full', [outcome.waiting]))
  }

  /** A ticket whose real cost is held against the deadline that its caller has set, and counted for its minute. */
  #countedTicket (place: QueueTicket, account: RateAccount, deadlineAt: number | undefined): Ticket {
    let counted = 0
    let hasStarted = false
    return {
      task: place.task,
      setUnits: (units) => {
        if (deadlineAt !== undefined) this.#expectInTime(place, units, deadlineAt)
        const outcome = place.setUnits(units)
        if (!outcome.admitted) return outcome
        this.#count(() => { account.takeUnits(units - counted) })
        counted = units
        return outcome
      },
      started: () => {
        hasStarted = true
        place.started()
      },
      release: () => {
        if (!hasStarted) account.giveUnits(counted)
        counted = 0
        place.release()
      }
    }
  }

  /** Refuses what even the best steps that were measured, and nothing new in front of it, would not bring to an end in time. */
  #expectInTime ({ task, standing }: QueueTicket, units: number, deadlineAt: number): void {
    const { times, clock } = this.#options
    const leftMs = Math.round(deadlineAt - clock.now())
    const neededMs = Math.ceil(times.least(task, units))
    if (neededMs > leftMs) throw this.#refused('deadline', codedError('deadline_too_short', [neededMs, leftMs]))
    const waitMs = Math.ceil(standing.waitMs)
    if (waitMs + neededMs > leftMs) throw this.#refused('deadline', codedError('deadline_behind_queue', [waitMs, neededMs, leftMs]))
  }

  #count (take: () => void): void {
    try {
      take()
    } catch (error) {
      this.#options.metrics.rejected.inc({ reason: 'rate_limit' })
      throw error
    }
  }

  #refused (reason: RejectionReason, error: CodedError): CodedError {
    this.#options.metrics.rejected.inc({ reason })
    return error
  }
}
