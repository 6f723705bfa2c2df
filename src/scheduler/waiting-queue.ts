import type { Submission } from './step.js'

/** Bounds of what waits. */
export interface QueueBounds { maxSequences: number, maxWorkUnits: number }

/** Whether there is a place. */
export type Admission =
  | { outcome: 'queued' }
  /** Not now: so many sequences wait. */
  | { outcome: 'full', waiting: number }

/** What waits to begin, first come first served, bounded in sequences and in work units. */
export class WaitingQueue {
  readonly #bounds: QueueBounds
  /** In order of arrival. */
  readonly #waiting: Submission[] = []
  #workUnits = 0

  constructor (bounds: QueueBounds) {
    this.#bounds = bounds
  }

  get length (): number {
    return this.#waiting.length
  }

  /** Takes a place. A sequence that finds the queue empty always gets one, whatever it costs. */
  admit (submission: Submission): Admission {
    const { maxSequences, maxWorkUnits } = this.#bounds
    const isTooHeavy = this.#waiting.length > 0 && this.#workUnits + submission.workUnits > maxWorkUnits
    if (this.#waiting.length >= maxSequences || isTooHeavy) return { outcome: 'full', waiting: this.#waiting.length }
    const behind = this.#waiting.findIndex((other) => other.arrivedAt > submission.arrivedAt)
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, submission)
    this.#workUnits += submission.workUnits
    return { outcome: 'queued' }
  }

  /** Gives a place back. Answers who had it. */
  remove (id: string): Submission | undefined {
    const index = this.#waiting.findIndex((submission) => submission.id === id)
    if (index < 0) return undefined
    const [removed] = this.#waiting.splice(index, 1)
    this.#workUnits -= removed?.workUnits ?? 0
    return removed
  }

  /** In order of arrival. */
  get inOrder (): readonly Submission[] {
    return [...this.#waiting]
  }

  get workUnits (): number {
    return this.#workUnits
  }
}
