import type { CodedError } from '../common/errors.js'

/** Where the server stands between its start and its end, for the probes, the door and the requests in flight. */
export class Lifecycle {
  #isDraining = false
  readonly #forcedStops = new Set<(reason: CodedError) => void>()

  /** Whether the server finishes what it has and takes nothing new. */
  get isDraining (): boolean {
    return this.#isDraining
  }

  /** From now on /readyz answers 503 and new work is refused. */
  beginDrain (): void {
    this.#isDraining = true
  }

  /**
   * Asks to be told when the patience of a drain has run out.
   *
   * @returns takes the wish back
   */
  onForcedStop (listener: (reason: CodedError) => void): () => void {
    this.#forcedStops.add(listener)
    return () => { this.#forcedStops.delete(listener) }
  }

  /** Ends the requests that are still in flight. */
  forceStop (reason: CodedError): void {
    for (const listener of [...this.#forcedStops]) listener(reason)
  }
}
