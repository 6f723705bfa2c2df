import { codedError } from '../common/errors.js'
import { Binding } from './binding.js'
import { type ElementType, tensorBytes } from './element-types.js'
import { Int64s } from './int64s.js'
import type { RunOptions } from './run-options.js'
import type { Session } from './session.js'
import type { TensorSpec } from './tensor-spec.js'
import { Value } from './value.js'

/** What a tensor in this process' memory is written and read through. */
type HostTensor = Float32Array | Int64s | Int32Array | Uint8Array

export interface BatchOptions {
  /** Sizes of the graph's variable dimensions. */
  sizes?: Readonly<Record<string, number>>
  /** Inputs that lie elsewhere: in a cache, or in the outputs of another batch. They outlive this batch. */
  inputs?: ReadonlyMap<string, Value>
  /** Outputs that lie elsewhere. */
  outputs?: ReadonlyMap<string, Value>
}

/**
 * A graph bound for one set of sizes: write its inputs, run it, read its outputs. Made once for each shape of batch and used again.
 *
 * Tensors that are not given lie in memory of this process.
 */
export class Batch {
  readonly #binding: Binding
  readonly #own = new Map<string, { value: Value, host: HostTensor }>()

  /** @throws runtime_misused when a size is missing, or a given tensor does not fit */
  constructor (session: Session, { sizes = {}, inputs = new Map(), outputs = new Map() }: BatchOptions = {}) {
    this.#binding = new Binding(session)
    refuseUnknown(session.inputs, inputs)
    refuseUnknown(session.outputs, outputs)
    for (const spec of session.inputs) this.#binding.input(spec.name, inputs.get(spec.name) ?? this.#allocate(spec, sizes))
    for (const spec of session.outputs) this.#binding.output(spec.name, outputs.get(spec.name) ?? this.#allocate(spec, sizes))
  }

  /** @throws runtime_misused when the batch has no such tensor of its own, or it has another type */
  floats (name: string): Float32Array {
    return this.#host(name, Float32Array)
  }

  /** @throws like `floats` */
  int64s (name: string): Int64s {
    return this.#host(name, Int64s)
  }

  /** @throws like `floats` */
  int32s (name: string): Int32Array {
    return this.#host(name, Int32Array)
  }

  /** Tensors of uint8 and bool. @throws like `floats` */
  bytes (name: string): Uint8Array {
    return this.#host(name, Uint8Array)
  }

  /** A tensor of its own, to be given to another batch. @throws runtime_misused when there is none */
  value (name: string): Value {
    return this.#find(name).value
  }

  /** Takes another tensor for an input that was given. */
  input (name: string, value: Value): void {
    this.#binding.input(name, value)
  }

  /** Takes another tensor for an output that was given. */
  output (name: string, value: Value): void {
    this.#binding.output(name, value)
  }

  /** @throws like `Binding.run` */
  async run (options?: RunOptions): Promise<void> {
    await this.#binding.run(options)
  }

  /** @throws like `Binding.run` */
  runSync (): void {
    this.#binding.runSync()
  }

  dispose (): void {
    this.#binding.dispose()
    for (const { value } of this.#own.values()) value.dispose()
  }

  #allocate (spec: TensorSpec, sizes: Readonly<Record<string, number>>): Value {
    const dims = spec.dims.map((dim) => {
      const size = typeof dim === 'number' ? dim : sizes[dim]
      if (size === undefined) throw codedError('runtime_misused', [`the size of ${dim} in ${spec.name} is not given`])
      return size
    })
    const { host, memory } = allocate(spec.name, spec.type, dims)
    const value = new Value(spec.type, dims, memory)
    this.#own.set(spec.name, { value, host })
    return value
  }

  #host<T extends HostTensor> (name: string, kind: new (length: number) => T): T {
    const { host } = this.#find(name)
    if (host instanceof kind) return host
    throw codedError('runtime_misused', [`${name} is no ${kind.name}`])
  }

  #find (name: string): { value: Value, host: HostTensor } {
    const own = this.#own.get(name)
    if (own === undefined) throw codedError('runtime_misused', [`the batch has no tensor ${name} of its own`])
    return own
  }
}

function allocate (name: string, type: ElementType, dims: readonly number[]): { host: HostTensor, memory: NodeJS.TypedArray } {
  const length = dims.reduce((product, dim) => product * dim, 1)
  if (type === 'int64') {
    const integers = new Int64s(length)
    return { host: integers, memory: integers.halves }
  }
  const host = allocateArray(name, type, tensorBytes(type, dims))
  return { host, memory: host }
}

function allocateArray (name: string, type: ElementType, byteLength: number): Float32Array | Int32Array | Uint8Array {
  switch (type) {
    case 'float32': return new Float32Array(byteLength / Float32Array.BYTES_PER_ELEMENT)
    case 'int32': return new Int32Array(byteLength / Int32Array.BYTES_PER_ELEMENT)
    case 'uint8':
    case 'bool': return new Uint8Array(byteLength)
    default: throw codedError('runtime_misused', [`${name} is of ${type}, which JavaScript neither reads nor writes here`])
  }
}

function refuseUnknown (specs: readonly TensorSpec[], given: ReadonlyMap<string, Value>): void {
  const unknown = [...given.keys()].filter((name) => !specs.some((spec) => spec.name === name))
  if (unknown.length > 0) throw codedError('runtime_misused', [`the graph has no ${unknown.join(', ')}`])
}
