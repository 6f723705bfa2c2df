import type { Clock } from '../common/clock.js'
import { codedError, type CodedError } from '../common/errors.js'
import type { Share, TaskName } from '../engine/protocol.js'
import type { Backend } from '../tasks/backend.js'
import type { TaskContext } from '../tasks/task-context.js'
import type { RejectionReason } from '../telemetry/metrics.js'
import type { Caller } from './api-keys.js'
import { CountedTicket, type Progress } from './counted-ticket.js'
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
  /** What will answer it. */
  backend: Backend
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
    const ticket = this.#takeTicket(visitor, deadlineMs === undefined ? undefined : admittedAt + limitMs)
    const abort = new AbortController()
    const end = (reason: CodedError): void => { abort.abort(reason) }
    const stopWaiting = lifecycle.onForcedStop(end)
    const deadline = setTimeout(() => { end(codedError('deadline_exceeded', [limitMs])) }, limitMs)
    return {
      context: { signal: abort.signal, deadlineAt: admittedAt + limitMs, admittedAt, ticket, caller: caller.id, share: shareOf(caller), priority, timings: {} },
      get progress () { return ticket.progress },
      onCounted: (callback) => { ticket.onCounted(callback) },
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
    const { backend: { admission, engine, estimateUnits, times, tasks: { metrics } } } = visitor
    const refused = (reason: RejectionReason, error: CodedError): CodedError => {
      metrics.rejected.inc({ reason })
      return error
    }
    if (lifecycle.isDraining) throw refused('draining', codedError('engine_draining', []))
    // While the engine restarts, requests wait for it like those that it was working on.
    const state = engine.state()
    if (state !== 'ready' && state !== 'restarting') throw refused('not_ready', codedError('engine_not_ready', []))
    const account = this.accountOf(visitor)
    const overdrawn = account.takeRequest()
    if (overdrawn !== undefined) throw refused('rate_limit', overdrawn)
    const estimate = estimateUnits[visitor.task]
    const outcome = admission.admit(visitor.task, estimate, shareOf(visitor.caller))
    if (outcome.admitted) return new CountedTicket({ place: outcome.ticket, account, times, clock, deadlineAt, estimate, refused })
    account.giveRequest()
    throw refused('queue_full', codedError('queue_full', [outcome.waiting]))
  }
}

function shareOf ({ id, weight = 1 }: Caller): Share {
  return { name: id, weight }
}
