import type { Batch } from '../../runtime/batch.js'

/** Batches that are made at first use and kept: one for each shape. */
export class BatchCache {
  readonly #batches = new Map<string, Batch>()

  /** @param shape numbers that tell the shape among those of this cache */
  get (shape: readonly number[], make: () => Batch): Batch {
    const key = shape.join(' ')
    const known = this.#batches.get(key)
    if (known !== undefined) return known
    const made = make()
    this.#batches.set(key, made)
    return made
  }

  dispose (): void {
    for (const batch of this.#batches.values()) batch.dispose()
  }
}
