import type { Clock } from '../common/clock.js'
import { codedError, type CodedError } from '../common/errors.js'
import { TokenBucket } from '../common/token-bucket.js'

/** So much a minute; 0 is no limit. */
export interface RateTerms { requests: number, workUnits: number }

/** Accounts that are kept when they are many: those of addresses are as many as there are addresses. */
const MAX_ACCOUNTS = 10_000

/** What each caller has left of its minute. */
export class RateLimits {
  readonly #clock: Clock
  /** The one that was used last is the last. */
  readonly #accounts = new Map<string, RateAccount>()

  constructor (clock: Clock) {
    this.#clock = clock
  }

  /** The account of a caller, a new one where there is none. */
  account (holder: string, terms: RateTerms): RateAccount {
    const account = this.#accounts.get(holder) ?? new RateAccount(terms, this.#clock)
    this.#accounts.delete(holder)
    if (this.#accounts.size >= MAX_ACCOUNTS) this.#forget()
    this.#accounts.set(holder, account)
    return account
  }

  get accounts (): number {
    return this.#accounts.size
  }

  /** Full accounts are like new ones; if there are none, the one that was unused longest goes. */
  #forget (): void {
    for (const [holder, account] of this.#accounts) if (account.isFull) this.#accounts.delete(holder)
    const [oldest] = this.#accounts.keys()
    if (this.#accounts.size >= MAX_ACCOUNTS && oldest !== undefined) this.#accounts.delete(oldest)
  }
}

/** What one caller has left: requests and work units. */
export class RateAccount {
  readonly #requests: TokenBucket | undefined
  readonly #workUnits: TokenBucket | undefined

  constructor ({ requests, workUnits }: RateTerms, clock: Clock) {
    this.#requests = requests === 0 ? undefined : new TokenBucket(requests, clock)
    this.#workUnits = workUnits === 0 ? undefined : new TokenBucket(workUnits, clock)
  }

  get isFull (): boolean {
    return (this.#requests?.resetMs ?? 0) === 0 && (this.#workUnits?.resetMs ?? 0) === 0
  }

  /** Counts a request whose cost is not known yet. Answers why it does not: rate_limit_exceeded, also while the work units are used up. */
  takeRequest (): CodedError | undefined {
    const unitsWaitMs = this.#workUnits?.waitMs(1) ?? 0
    return overdrawn('work units', this.#workUnits, unitsWaitMs) ?? overdrawn('requests', this.#requests, this.#requests?.take(1) ?? 0)
  }

  /** It found no place: it does not count. */
  giveRequest (): void {
    this.#requests?.take(-1)
  }

  /** Counts the work of a request. Answers why it does not: rate_limit_exceeded. */
  takeUnits (units: number): CodedError | undefined {
    return overdrawn('work units', this.#workUnits, this.#workUnits?.take(units) ?? 0)
  }

  /** Work that was not begun does not count. */
  giveUnits (units: number): void {
    this.#workUnits?.take(-units)
  }

  /** What is left, in OpenAI's pattern `x-ratelimit-{limit,remaining,reset}-{what}`; nothing of what has no limit. */
  get headers (): Record<string, string> {
    return { ...headersOf('requests', this.#requests), ...headersOf('work-units', this.#workUnits) }
  }
}

function overdrawn (what: string, bucket: TokenBucket | undefined, waitMs: number): CodedError | undefined {
  return bucket === undefined || waitMs === 0 ? undefined : codedError('rate_limit_exceeded', [what, bucket.perMinute, waitMs])
}

function headersOf (what: string, bucket: TokenBucket | undefined): Record<string, string> {
  if (bucket === undefined) return {}
  return {
    [`x-ratelimit-limit-${what}`]: String(bucket.perMinute),
    [`x-ratelimit-remaining-${what}`]: String(Math.max(0, Math.floor(bucket.level))),
    [`x-ratelimit-reset-${what}`]: duration(bucket.resetMs)
  }
}

/** As OpenAI writes it: `120ms`, `4.2s`, `1m0s`. */
export function duration (ms: number): string {
  if (ms < 1000) return `${ms}ms`
  const seconds = ms / 1000
  const minutes = Math.floor(seconds / 60)
  return minutes === 0 ? `${trimmed(seconds)}s` : `${minutes}m${trimmed(seconds - 60 * minutes)}s`
}

const trimmed = (seconds: number): string => String(Math.round(seconds * 1000) / 1000)
