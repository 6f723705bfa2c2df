import { codedError } from '../../common/errors.js'
import { Batch } from '../../runtime/batch.js'
import { HostBlock } from '../../runtime/memory.js'
import type { Session } from '../../runtime/session.js'
import { Value } from '../../runtime/value.js'
import type { ExecutorSizes, PicturePrefix, PictureRow, RowResults } from '../executor.js'
import { eachInLanes } from './lanes.js'
import type { Run } from './plan-run.js'
import { readRouting } from './routing.js'
import { cacheNames, type SlotTensor, slotTensorBytes, slotTensorOf } from './slot-blocks.js'

/**
 * Keys and values of one picture in a block of its own, in this process' memory whatever the provider: it is collected when the core lets go of it.
 */
export class HostPicturePrefix implements PicturePrefix {
  readonly #block: HostBlock
  readonly #tensor: SlotTensor
  readonly #names: readonly string[]

  constructor (tensor: SlotTensor, layers: number) {
    this.#tensor = tensor
    this.#names = cacheNames(layers)
    this.#block = new HostBlock(this.#names.length * slotTensorBytes(tensor))
  }

  get bytes (): number {
    return this.#block.byteLength
  }

  /** One layer's keys or values [H, J, d], by their name without the graph's prefix. */
  part (name: string): Uint8Array {
    const bytes = slotTensorBytes(this.#tensor)
    const index = this.#names.indexOf(name)
    if (index < 0) throw codedError('runtime_misused', [`a picture prefix has no ${name}`])
    return this.#block.part(index * bytes, bytes)
  }

  /** Tensors over the block as a graph's outputs; whoever asked releases them. */
  values (): Map<string, Value> {
    const { type, heads, positions, headWidth } = this.#tensor
    return new Map(this.#names.map((name) => [name, new Value(type, [1, heads, positions, headWidth], this.part(name))]))
  }
}

/** Pictures and their embeddings to picture prefixes, one picture a run and a run in each lane. */
export class Pictures {
  readonly #session: Session
  readonly #sizes: ExecutorSizes
  readonly #tensor: SlotTensor
  readonly #lanes: number
  /** By lane. */
  readonly #batches = new Map<number, Batch>()

  constructor (session: Session, sizes: ExecutorSizes, lanes: number) {
    this.#lanes = lanes
    this.#session = session
    this.#sizes = sizes
    this.#tensor = slotTensorOf(session.outputs, 'key_0')
  }

  async read (rows: readonly PictureRow[], run: Run): Promise<RowResults['picture'][]> {
    return await eachInLanes(rows, this.#lanes, (row, lane) => this.#read(row, lane, run))
  }

  async #read ({ codeIds, clip, face }: PictureRow, lane: number, run: Run): Promise<RowResults['picture']> {
    const prefix = new HostPicturePrefix(this.#tensor, this.#sizes.layers)
    const outputs = prefix.values()
    try {
      const batch = this.#bind(lane, outputs)
      batch.int64s('code_ids').set(codeIds)
      batch.floats('clip').set(clip)
      batch.floats('face').set(face)
      await run(batch)
      return { prefix, routing: readRouting(batch, 0, this.#sizes, 'picture') }
    } finally {
      for (const value of outputs.values()) value.dispose()
    }
  }

  dispose (): void {
    for (const batch of this.#batches.values()) batch.dispose()
  }

  #bind (lane: number, outputs: ReadonlyMap<string, Value>): Batch {
    const batch = this.#batches.get(lane) ?? new Batch(this.#session, { sizes: { B: 1 }, outputs })
    for (const [name, value] of outputs) batch.output(name, value)
    this.#batches.set(lane, batch)
    return batch
  }
}
