import { codedError } from '../../common/errors.js'
import { type ElementType, tensorBytes } from '../../runtime/element-types.js'
import type { Block, Memory } from '../../runtime/memory.js'
import type { TensorSpec } from '../../runtime/tensor-spec.js'
import type { Value } from '../../runtime/value.js'
import { RowViews } from './row-views.js'

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
  readonly #rows: ReadonlyMap<string, RowViews>

  constructor ({ tensor: { type, heads, positions, headWidth }, layers, slots, memory }: SlotBlocksOptions) {
    this.#rows = new Map(cacheNames(layers).map((name) => [name, new RowViews({ type, dims: [heads, positions, headWidth], rows: slots, memory })]))
  }

  get blocks (): ReadonlyMap<string, Block> {
    return new Map([...this.#rows].map(([name, { block }]) => [name, block]))
  }

  /** Neighbouring slots as one tensor [count, H, C, d] for each layer's keys and values; nothing is copied. */
  values (first: number, count: number): ReadonlyMap<string, Value> {
    return new Map([...this.#rows].map(([name, rows]) => [name, rows.view(first, count)]))
  }

  /** Releases the tensors; whoever gave the memory gives it back. */
  dispose (): void {
    for (const rows of this.#rows.values()) rows.dispose()
  }
}
