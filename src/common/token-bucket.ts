import type { Clock } from './clock.js'

/**
 * So much a minute: a bucket that fills evenly and holds one minute's worth.
 *
 * What costs more than the bucket holds is taken when the bucket is full and leaves it in debt, so that large work is slowed down and never impossible.
 */
export class TokenBucket {
  readonly perMinute: number
  readonly #clock: Clock
  #level: number
  #at: number

  constructor (perMinute: number, clock: Clock) {
    this.perMinute = perMinute
    this.#clock = clock
    this.#level = perMinute
    this.#at = clock.now()
  }

  /** What is there; below 0 in debt. */
  get level (): number {
    const now = this.#clock.now()
    this.#level = Math.min(this.perMinute, this.#level + (now - this.#at) * this.perMinute / 60_000)
    this.#at = now
    return this.#level
  }

  /** Milliseconds until so much can be taken; 0 for now. */
  waitMs (amount: number): number {
    return this.#msUntil(Math.min(amount, this.perMinute))
  }

  /** Milliseconds until it is full. */
  get resetMs (): number {
    return this.#msUntil(this.perMinute)
  }

  /** Takes so much, if it can be taken now; a negative amount gives back. Answers the milliseconds to wait for it: 0 when it was taken. */
  take (amount: number): number {
    const waitMs = this.waitMs(amount)
    if (waitMs === 0) this.#level = Math.min(this.perMinute, this.#level - amount)
    return waitMs
  }

  #msUntil (level: number): number {
    const missing = level - this.level
    // What rounding leaves open is not worth a wait.
    return Math.max(0, Math.ceil(missing * 60_000 / this.perMinute - 1e-6))
  }
}
