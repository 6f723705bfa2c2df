import { createHash } from 'node:crypto'
import { uniforms } from '../../src/common/rng.js'
import type { Manifest } from '../../src/artifacts/manifest.js'
import { Batch, type BatchOptions } from '../../src/runtime/batch.js'
import { tensorBytes } from '../../src/runtime/element-types.js'
import { HostBlock } from '../../src/runtime/memory.js'
import type { Session } from '../../src/runtime/session.js'
import type { TensorSpec } from '../../src/runtime/tensor-spec.js'
import { Value } from '../../src/runtime/value.js'

/** Rows of random numbers for any graph of a model folder, so that a row can be run alone and in company. */

/** Whole numbers from 0 to below these, by the name of the input; the rest are real numbers from −1 to 1. */
export function integerBounds ({ sizes }: Manifest, slots: number): Readonly<Record<string, number>> {
  return {
    token_ids: sizes.text_vocabulary,
    code_ids: sizes.codebook,
    prompt_slots: slots,
    noise_slots: slots,
    prompt_lengths: sizes.prompt_capacity,
    lengths: sizes.prompt_capacity,
    past_lengths: sizes.slot_capacity - 1,
    keep_masked: sizes.image_tokens,
    allowed: 2
  }
}

/** Real numbers that must be above 0. */
const POSITIVE = new Set(['noise_levels', 'temperatures', 'top_p', 'uniforms', 'token_uniforms', 'confidence_uniforms', 'confidence_temperatures'])

/** Random contents of one row of an input: the same name and number are the same row. */
export function randomRow (name: string, row: number, length: number, bound: number | undefined): Float32Array {
  const stream = [...name].reduce((hash, character) => (31 * hash + character.charCodeAt(0)) % 65_521, 7)
  const draws = uniforms({ seed: 11n, stream, step: 0, row }, length)
  if (bound !== undefined) return draws.map((draw) => Math.max(Math.floor(draw * bound), name.endsWith('lengths') ? 1 : 0))
  return POSITIVE.has(name) ? draws : draws.map((draw) => 2 * draw - 1)
}

export interface RowsOptions {
  session: Session
  bounds: Readonly<Record<string, number>>
  /** Which random rows, in this order. */
  rows: readonly number[]
  /** Sizes of dimensions other than rows. */
  sizes?: Readonly<Record<string, number>>
  /** Tensors without rows. */
  given?: Pick<BatchOptions, 'inputs' | 'outputs'>
}

/** Runs a graph over random rows. Answers a digest of each output, row by row. */
export async function runRows ({ session, bounds, rows, sizes = {}, given = {} }: RowsOptions): Promise<Record<string, string>[]> {
  const batch = new Batch(session, { sizes: { ...sizes, B: rows.length, R: rows.length }, ...given })
  try {
    for (const spec of session.inputs) if (given.inputs?.has(spec.name) !== true) fill(batch, spec, rows, bounds[spec.name])
    await batch.run()
    const own = session.outputs.filter(({ name }) => given.outputs?.has(name) !== true)
    return rows.map((_, row) => Object.fromEntries(own.map((spec) => [spec.name, digestRow(hostOf(batch, spec), row, rows.length)])))
  } finally {
    batch.dispose()
  }
}

function fill (batch: Batch, spec: TensorSpec, rows: readonly number[], bound: number | undefined): void {
  const { length } = hostOf(batch, spec)
  const width = length / rows.length
  rows.forEach((row, index) => { hostOf(batch, spec).set(randomRow(spec.name, row, width, bound), index * width) })
}

/** A digest of one row's bits: what tests compare, for it is short. */
export function digestRow (host: HostTensor | Uint8Array, row: number, rows: number): string {
  const { buffer, byteOffset, byteLength } = 'halves' in host ? host.halves : host
  return createHash('sha256').update(new Uint8Array(buffer, byteOffset + row * byteLength / rows, byteLength / rows)).digest('base64')
}

type HostTensor = ReturnType<Batch['floats'] | Batch['int64s'] | Batch['int32s'] | Batch['bytes']>

/** The numbers of a tensor of a batch, of whatever type. */
export function hostOf (batch: Batch, { name, type }: TensorSpec): HostTensor {
  switch (type) {
    case 'float32': return batch.floats(name)
    case 'int64': return batch.int64s(name)
    case 'int32': return batch.int32s(name)
    default: return batch.bytes(name)
  }
}

/** Keys and values of some slots, and what slots hold of noise levels, random, under their names in a graph's inputs. */
export class RandomSlots {
  readonly values = new Map<string, Value>()
  readonly #memory = new Map<string, Uint8Array>()

  /** @param slots how many, and whose random rows they hold */
  constructor (session: Session, slots: readonly number[]) {
    for (const { name, type, dims } of session.inputs.filter((spec) => /(key|value)_\d+$|^noise_rows$/.test(spec.name))) {
      const shape = dims.map((dim) => typeof dim === 'number' ? dim : slots.length)
      const memory = new HostBlock(tensorBytes(type, shape)).part(0, tensorBytes(type, shape))
      const numbers = new Float32Array(memory.buffer)
      const width = numbers.length / slots.length
      slots.forEach((slot, index) => { numbers.set(randomRow(name, slot, width, undefined), index * width) })
      this.#memory.set(name, memory)
      this.values.set(name, new Value(type, shape, memory))
    }
  }

  /** The same tensors as outputs, where a graph writes in place. */
  get presents (): Map<string, Value> {
    return new Map([...this.values].map(([name, value]) => [name.replace('past_', 'present_'), value]))
  }

  /** Digests of what lies in a slot, by tensor. */
  read (index: number, slots: number): Record<string, string> {
    return Object.fromEntries([...this.#memory].map(([name, memory]) => [name, digestRow(memory, index, slots)]))
  }

  dispose (): void {
    for (const value of this.values.values()) value.dispose()
  }
}
