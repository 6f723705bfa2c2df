import type { Clock } from '../common/clock.js'
import { codedError, type CodedError } from '../common/errors.js'
import type { Share, TaskName } from '../engine/protocol.js'
import type { TaskContext } from '../tasks/task-context.js'
import type { RejectionReason } from '../telemetry/metrics.js'
import type { Caller } from './api-keys.js'
import { CountedTicket, type Progress, type Standpoint } from './counted-ticket.js'
import type { Front } from './front.js'
import type { Lifecycle } from './lifecycle.js'
import { type RateAccount, RateLimits, type RateTerms } from './rate-limits.js'
import type { Wishes } from './wishes.js'

export interface DoorOptions {
  lifecycle: Lifecycle
  clock: Clock
  /** Limits of callers whose key says nothing of them. */
  rates: RateTerms
}

/** Somebody who wants something done. */
export interface Visitor {
  task: TaskName
  /** What it stands in front of. */
  front: Front
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
  /** How far it is. */
  readonly progress: Progress
  /** Calls back once the request has been understood and its cost is counted. */
  onCounted (callback: () => void): void
  /** It is known now which model is asked. @throws engine_not_ready, model_unavailable, queue_full, or why the visit has ended */
  goTo (front: Front): void
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

  /** @throws engine_draining, engine_not_ready, model_unavailable, rate_limit_exceeded, queue_full */
  enter (visitor: Visitor): Visit {
    const { clock, lifecycle } = this.#options
    const { caller, wishes: { priority, deadlineMs }, timeoutMs } = visitor
    const admittedAt = clock.now()
    const limitMs = Math.min(timeoutMs, deadlineMs ?? timeoutMs)
    const ticket = this.#takeTicket(visitor, deadlineMs === undefined ? undefined : admittedAt + limitMs)
    const abort = new AbortController()
    const end = (reason: CodedError): void => { abort.abort(reason) }
    const stopWaiting = lifecycle.onForcedStop(end)
    const deadline = setTimeout(() => { end(codedError('deadline_exceeded', [limitMs])) }, limitMs)
    return {
      context: { signal: abort.signal, deadlineAt: admittedAt + limitMs, admittedAt, ticket, caller: caller.id, share: shareOf(caller), priority, timings: {} },
      get progress () { return ticket.progress },
      onCounted: (callback) => { ticket.onCounted(callback) },
      goTo: (front) => {
        // Whoever has left holds no place any more, and must not be given one.
        abort.signal.throwIfAborted()
        ticket.moveTo(this.#takePlace({ ...visitor, front }))
      },
      end,
      leave: () => {
        clearTimeout(deadline)
        stopWaiting()
        ticket.release()
      }
    }
  }

  #takeTicket (visitor: Visitor, deadlineAt: number | undefined): CountedTicket {
    const { lifecycle, clock } = this.#options
    const { front } = visitor
    if (lifecycle.isDraining) throw refusedBy(front, 'draining', codedError('engine_draining', []))
    const closed = front.closed()
    if (closed !== undefined) throw refusedBy(front, 'not_ready', closed)
    const account = this.accountOf(visitor)
    const overdrawn = account.takeRequest()
    if (overdrawn !== undefined) throw refusedBy(front, 'rate_limit', overdrawn)
    return new CountedTicket({ at: this.#takePlace(visitor), account, clock, deadlineAt })
  }

  /** A place of somebody whose request has been counted for its minute; it is given back where there is no place. */
  #takePlace (visitor: Visitor): Standpoint {
    const { front, task, caller } = visitor
    const { times, estimateUnits } = front
    const closed = front.closed()
    const outcome = closed === undefined ? front.admit(task, shareOf(caller)) : { admitted: false, waiting: 0 } as const
    if (outcome.admitted) return { place: outcome.ticket, times, estimate: estimateUnits[task], refused: (reason, error) => refusedBy(front, reason, error) }
    this.accountOf(visitor).giveRequest()
    throw closed === undefined ? refusedBy(front, 'queue_full', codedError('queue_full', [outcome.waiting])) : refusedBy(front, 'not_ready', closed)
  }
}

/** Counts a refusal, and answers it. */
function refusedBy ({ metrics }: Front, reason: RejectionReason, error: CodedError): CodedError {
  metrics.rejected.inc({ reason })
  return error
}

function shareOf ({ id, weight = 1 }: Caller): Share {
  return { name: id, weight }
}
