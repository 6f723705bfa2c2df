import { codedError } from '../../common/errors.js'
import { type ElementType, tensorBytes } from '../../runtime/element-types.js'
import type { Block, Memory } from '../../runtime/memory.js'
import type { TensorSpec } from '../../runtime/tensor-spec.js'
import { Value } from '../../runtime/value.js'

// l layer, H heads, C positions of a slot, d head width

/** Names of a graph's keys and values, layer by layer: `key_0`, `value_0`, `key_1` … */
export function cacheNames (layers: number): string[] {
  return Array.from({ length: layers }, (_, layer) => [`key_${layer}`, `value_${layer}`]).flat()
}

/** The same tensors under the names that a graph knows them by: `past_key_0` for `key_0`. */
export function withPrefix (prefix: string, values: ReadonlyMap<string, Value>): Map<string, Value> {
  return new Map([...values].map(([name, value]) => [`${prefix}${name}`, value]))
}

/** What one slot of one layer's keys or values is: [H, C, d] of a type. */
export interface SlotTensor { type: ElementType, heads: number, positions: number, headWidth: number }

/** Reads it from a graph's tensor [rows, H, C, d]. @throws runtime_misused when the graph has no such tensor */
export function slotTensorOf (specs: readonly TensorSpec[], name: string): SlotTensor {
  const spec = specs.find((each) => each.name === name)
  const [, heads, positions, headWidth] = spec?.dims ?? []
  if (spec === undefined || typeof heads !== 'number' || typeof positions !== 'number' || typeof headWidth !== 'number') {
    throw codedError('runtime_misused', [`the graph has no tensor ${name} of keys and values`])
  }
  return { type: spec.type, heads, positions, headWidth }
}

/** Bytes of one slot of one layer's keys or values. */
export function slotTensorBytes ({ type, heads, positions, headWidth }: SlotTensor): number {
  return tensorBytes(type, [heads, positions, headWidth])
}

export interface SlotBlocksOptions {
  tensor: SlotTensor
  layers: number
  slots: number
  memory: Memory
}

/** Keys and values of all layers for a number of slots: for each layer two blocks [slots, H, C, d]. */
export class SlotBlocks {
  readonly blocks: ReadonlyMap<string, Block>
  readonly #tensor: SlotTensor
  /** By first slot and count. */
  readonly #values = new Map<string, Map<string, Value>>()

  constructor ({ tensor, layers, slots, memory }: SlotBlocksOptions) {
    this.#tensor = tensor
    this.blocks = new Map(cacheNames(layers).map((name) => [name, memory.allocate(slots * slotTensorBytes(tensor))]))
  }

  /** Neighbouring slots as one tensor [count, H, C, d] for each layer's keys and values; nothing is copied. */
  values (first: number, count: number): ReadonlyMap<string, Value> {
    const key = `${first} ${count}`
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const { type, heads, positions, headWidth } = this.#tensor
    const bytes = slotTensorBytes(this.#tensor)
    const made = new Map([...this.blocks].map(([name, block]) => [name, new Value(type, [count, heads, positions, headWidth], block.part(first * bytes, count * bytes))]))
    this.#values.set(key, made)
    return made
  }

  /** Releases the tensors; whoever gave the memory gives it back. */
  dispose (): void {
    for (const values of this.#values.values()) for (const value of values.values()) value.dispose()
  }
}
