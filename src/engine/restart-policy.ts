/** When to start the engine again after a crash, and when to give up. Pure. */

/** How patiently the engine is restarted. */
export interface RestartLimits {
  /** Wait before the first restart; doubled for each one that follows without a ready engine in between. */
  initialDelayMs: number
  maxDelayMs: number
  /** Starts in a row that may fail before the engine is given up. */
  maxFailedStarts: number
  /** An engine that was ready for so long is taken to be healthy again: the waits begin anew. */
  healthyAfterMs: number
}

export const RESTART_LIMITS: RestartLimits = { initialDelayMs: 100, maxDelayMs: 10_000, maxFailedStarts: 5, healthyAfterMs: 30_000 }

/** Counts ends in a row and says what follows. */
export class RestartPolicy {
  readonly #limits: RestartLimits
  #endsInRow = 0
  #failedStarts = 0

  constructor (limits: RestartLimits) {
    this.#limits = limits
  }

  /**
   * Takes in an unexpected end.
   *
   * @param readyForMs how long the engine had been ready; undefined when it never was
   * @returns milliseconds to wait before the next start, or `give-up`
   */
  afterEnd (readyForMs: number | undefined): { restartInMs: number } | 'give-up' {
    const { initialDelayMs, maxDelayMs, maxFailedStarts, healthyAfterMs } = this.#limits
    this.#failedStarts = readyForMs === undefined ? this.#failedStarts + 1 : 0
    this.#endsInRow = readyForMs !== undefined && readyForMs >= healthyAfterMs ? 1 : this.#endsInRow + 1
    if (this.#failedStarts >= maxFailedStarts) return 'give-up'
    return { restartInMs: Math.min(maxDelayMs, initialDelayMs * 2 ** (this.#endsInRow - 1)) }
  }
}
