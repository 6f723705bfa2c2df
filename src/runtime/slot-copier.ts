import { Batch } from './batch.js'
import { ELEMENT_TYPES, tensorBytes } from './element-types.js'
import type { Environment } from './environment.js'
import type { Block } from './memory.js'
import { type GraphParts, writeOnnx } from './onnx-writer.js'
import { type ExecutionProvider, Session } from './session.js'
import { type TensorMemory, Value } from './value.js'

/** Keys or values of one layer: heads × positions × bytes of a position. A prefix has fewer positions than a slot. */
export interface SlotShape {
  heads: number
  prefixPositions: number
  slotPositions: number
  /** Bytes of one head's one position; a multiple of 4. */
  positionBytes: number
}

/** A slot's place in the block that holds all slots of one layer's keys or values. */
export interface SlotPlace { block: Block, slot: number }

/** Copies between slots, where they lie. Each call copies one layer's keys or values. */
export interface SlotCopier {
  /** Copies a prefix, which lies in this process' memory, to the start of a slot. What lay behind it means nothing afterwards. */
  load (prefix: Uint8Array, to: SlotPlace): void
  /** Copies the first positions of a slot to another slot of the same block. */
  move (place: SlotPlace, to: number, positions: number): void
  dispose (): void
}

/** Slots in this process' memory. */
export class HostSlotCopier implements SlotCopier {
  readonly #shape: SlotShape

  constructor (shape: SlotShape) {
    this.#shape = shape
  }

  load (prefix: Uint8Array, { block, slot }: SlotPlace): void {
    const { heads, prefixPositions, slotPositions, positionBytes } = this.#shape
    const target = hostBytes(slotMemory(this.#shape, block, slot))
    const bytes = prefixPositions * positionBytes
    for (let head = 0; head < heads; head++) target.set(prefix.subarray(head * bytes, (head + 1) * bytes), head * slotPositions * positionBytes)
  }

  move ({ block, slot }: SlotPlace, to: number, positions: number): void {
    const { heads, slotPositions, positionBytes } = this.#shape
    const source = hostBytes(slotMemory(this.#shape, block, slot))
    const target = hostBytes(slotMemory(this.#shape, block, to))
    for (let head = 0; head < heads; head++) {
      const start = head * slotPositions * positionBytes
      target.set(source.subarray(start, start + positions * positionBytes), start)
    }
  }

  dispose (): void {}
}

/**
 * Slots in the memory of a device: two graphs of one operator do the copying, because ONNX Runtime's C API copies between devices only for plugin providers.
 *
 * Positions are copied as float32 whatever they are: padding moves bits and looks at none.
 */
export class GraphSlotCopier implements SlotCopier {
  readonly #shape: SlotShape
  readonly #pad: Session
  readonly #copy: Session

  private constructor (shape: SlotShape, pad: Session, copy: Session) {
    this.#shape = shape
    this.#pad = pad
    this.#copy = copy
  }

  static async create (environment: Environment, provider: ExecutionProvider, shape: SlotShape): Promise<GraphSlotCopier> {
    const [pad, copy] = [writeOnnx(padGraph(shape)), writeOnnx(copyGraph(shape))]
    return new GraphSlotCopier(shape, await Session.load(environment, pad, { provider }), await Session.load(environment, copy, { provider }))
  }

  load (prefix: Uint8Array, { block, slot }: SlotPlace): void {
    run(this.#pad, { dims: prefixDims(this.#shape), memory: prefix }, { dims: slotDims(this.#shape), memory: slotMemory(this.#shape, block, slot) })
  }

  /** The whole slot is copied: one operator, and nobody reads what lies behind its positions. */
  move ({ block, slot }: SlotPlace, to: number): void {
    const dims = slotDims(this.#shape)
    run(this.#copy, { dims, memory: slotMemory(this.#shape, block, slot) }, { dims, memory: slotMemory(this.#shape, block, to) })
  }

  dispose (): void {
    this.#pad.dispose()
    this.#copy.dispose()
  }
}

/** Bytes of one slot of one layer's keys or values. */
export function slotBytes ({ heads, slotPositions, positionBytes }: SlotShape): number {
  return heads * slotPositions * positionBytes
}

function slotMemory (shape: SlotShape, block: Block, slot: number): TensorMemory {
  const bytes = slotBytes(shape)
  return block.part(slot * bytes, bytes)
}

function hostBytes (memory: TensorMemory): Uint8Array {
  if (memory instanceof Uint8Array) return memory
  throw new Error('the slots do not lie in the memory of this process')
}

const FLOAT_BYTES = tensorBytes('float32', [1])

function prefixDims ({ heads, prefixPositions, positionBytes }: SlotShape): number[] {
  return [heads, prefixPositions, positionBytes / FLOAT_BYTES]
}

function slotDims ({ heads, slotPositions, positionBytes }: SlotShape): number[] {
  return [heads, slotPositions, positionBytes / FLOAT_BYTES]
}

function copyGraph (shape: SlotShape): GraphParts {
  return {
    inputs: [floats('from', slotDims(shape))],
    outputs: [floats('to', slotDims(shape))],
    nodes: [{ operator: 'Identity', inputs: ['from'], outputs: ['to'] }]
  }
}

function padGraph (shape: SlotShape): GraphParts {
  const behind = shape.slotPositions - shape.prefixPositions
  // [before each axis, after each axis]
  const pads = BigInt64Array.from([0, 0, 0, 0, behind, 0], BigInt)
  return {
    inputs: [floats('from', prefixDims(shape))],
    outputs: [floats('to', slotDims(shape))],
    nodes: [{ operator: 'Pad', inputs: ['from', 'pads'], outputs: ['to'] }],
    constants: [{ name: 'pads', elementType: ELEMENT_TYPES.int64.onnx, dims: [pads.length], bytes: new Uint8Array(pads.buffer) }]
  }
}

function floats (name: string, dims: number[]): GraphParts['inputs'][number] {
  return { name, elementType: ELEMENT_TYPES.float32.onnx, dims }
}

interface Side { dims: number[], memory: TensorMemory }

function run (session: Session, from: Side, to: Side): void {
  const [source, target] = [new Value('float32', from.dims, from.memory), new Value('float32', to.dims, to.memory)]
  const batch = new Batch(session, { inputs: new Map([['from', source]]), outputs: new Map([['to', target]]) })
  try {
    batch.runSync()
  } finally {
    batch.dispose()
    source.dispose()
    target.dispose()
  }
}
