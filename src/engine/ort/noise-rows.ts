import { Batch } from '../../runtime/batch.js'
import type { Memory } from '../../runtime/memory.js'
import type { Session } from '../../runtime/session.js'
import type { Value } from '../../runtime/value.js'
import { codedError } from '../../common/errors.js'
import { BatchCache } from './batch-cache.js'
import type { Run } from './plan-run.js'
import { RowViews } from './row-views.js'

export interface NoiseRowsOptions {
  session: Session
  /** At least as many as pictures of one step. */
  slots: number
  memory: Memory
}

/** The name under which both graphs know them. */
const NAME = 'noise_rows'

/**
 * What the noise experts of all layers make of a noise level, in one slot a level: each is run alone once and kept until its slot is needed for another.
 *
 * Levels are shares of masked codes, so a model has no more of them than codes, and all pictures at the same one share it.
 */
export class NoiseRows {
  readonly #options: NoiseRowsOptions
  readonly #batches = new BatchCache()
  readonly #rows: RowViews
  /** Slots by level, the one unused for longest first. */
  readonly #slots = new Map<number, number>()

  /** @throws engine_out_of_memory, runtime_misused when the graph has no such output */
  constructor (options: NoiseRowsOptions) {
    const { session, slots, memory } = options
    const [, ...dims] = session.outputs.find(({ name }) => name === NAME)?.dims ?? []
    const shape = dims.filter((dim) => typeof dim === 'number')
    if (shape.length === 0 || shape.length < dims.length) throw codedError('runtime_misused', [`the graph has no output ${NAME} of one size`])
    this.#options = options
    this.#rows = new RowViews({ type: 'float32', dims: shape, rows: slots, memory })
  }

  /** All slots as the unmasking graph takes them. */
  get all (): Map<string, Value> {
    return new Map([[NAME, this.#rows.view(0, this.#options.slots)]])
  }

  /** The slots of these levels, in their order; what is not there yet is run. @throws runtime_misused when there are more different levels than slots */
  async slotsOf (levels: readonly number[], run: Run): Promise<number[]> {
    const wanted = new Set(levels)
    if (wanted.size > this.#options.slots) throw codedError('runtime_misused', [`a step has ${wanted.size} noise levels and there are ${this.#options.slots} slots`])
    for (const level of wanted) this.#touch(level)
    for (const level of wanted) if (!this.#slots.has(level)) await this.#fill(level, wanted, run)
    return levels.map((level) => this.#slots.get(level) ?? NaN)
  }

  dispose (): void {
    this.#batches.dispose()
    this.#rows.dispose()
  }

  #touch (level: number): void {
    const slot = this.#slots.get(level)
    if (slot === undefined) return
    this.#slots.delete(level)
    this.#slots.set(level, slot)
  }

  async #fill (level: number, wanted: ReadonlySet<number>, run: Run): Promise<void> {
    const slot = this.#freeSlot(wanted)
    const batch = this.#batches.get([slot], () => new Batch(this.#options.session, { sizes: { B: 1 }, outputs: new Map([[NAME, this.#rows.view(slot, 1)]]) }))
    batch.floats('noise_levels')[0] = level
    await run(batch)
    this.#slots.set(level, slot)
  }

  /** A slot that holds nothing, or nothing that this step wants. */
  #freeSlot (wanted: ReadonlySet<number>): number {
    const taken = new Set(this.#slots.values())
    for (let slot = 0; slot < this.#options.slots; slot++) if (!taken.has(slot)) return slot
    for (const [level, slot] of this.#slots) {
      if (wanted.has(level)) continue
      this.#slots.delete(level)
      return slot
    }
    throw codedError('runtime_misused', ['no noise slot is free'])
  }
}
