/** Where time comes from. An argument everywhere, so that tests turn it by hand. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now (): number
}

/** The machine's monotonic clock. */
export const systemClock: Clock = { now: () => performance.now() }

/** A clock that stands still until it is told. */
export class ManualClock implements Clock {
  #now: number

  constructor (startMs = 0) {
    this.#now = startMs
  }

  now (): number {
    return this.#now
  }

  advance (ms: number): void {
    this.#now += ms
  }
}
