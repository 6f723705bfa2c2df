import { codedError } from '../common/errors.js'
import { ELEMENT_TYPES, type ElementType, tensorBytes } from './element-types.js'
import { Handle } from './handle.js'
import { create, type Pointer } from './ort-api.js'

/**
 * Memory that a tensor lies over.
 *
 * A JavaScript buffer is kept alive by the value. Memory elsewhere belongs to `owner`, which cannot be released before the value.
 */
export type TensorMemory =
  | NodeJS.TypedArray
  | { address: Pointer, byteLength: number, owner: Handle, info: MemoryInfo }

/** Names a kind of memory to ONNX Runtime. */
export class MemoryInfo extends Handle {
  readonly kind: 'cpu' | 'cuda'

  constructor (kind: 'cpu' | 'cuda') {
    // (name, allocator type, device id, memory type); 0 is OrtDeviceAllocator and OrtMemTypeDefault.
    super(create('CreateMemoryInfo', kind === 'cpu' ? 'Cpu' : 'Cuda', 0, 0, 0), 'ReleaseMemoryInfo')
    this.kind = kind
  }
}

/** A tensor over memory that somebody else made. Several values may lie over the same memory. */
export class Value extends Handle {
  readonly kind: MemoryInfo['kind']
  readonly type: ElementType
  readonly dims: readonly number[]
  /** Holding it keeps the memory from being collected: a tensor over a collected buffer reads garbage or crashes. */
  readonly memory: TensorMemory

  /** @throws runtime_misused when the memory has not exactly the bytes of the shape */
  constructor (type: ElementType, dims: readonly number[], memory: TensorMemory) {
    const bytes = tensorBytes(type, dims)
    if (bytes !== memory.byteLength) throw codedError('runtime_misused', [`${type}[${dims.join(', ')}] needs ${bytes} bytes and was given ${memory.byteLength}`])
    const elsewhere = ArrayBuffer.isView(memory) ? undefined : memory
    const info = elsewhere?.info ?? cpuMemory()
    const data = ArrayBuffer.isView(memory) ? memory : memory.address
    super(create('CreateTensorWithDataAsOrtValue', info.pointer, data, bytes,
      BigInt64Array.from(dims, BigInt), dims.length, ELEMENT_TYPES[type].onnx), 'ReleaseValue', elsewhere === undefined ? [] : [info, elsewhere.owner])
    this.kind = info.kind
    this.type = type
    this.dims = dims
    this.memory = memory
  }
}

let cpu: MemoryInfo | undefined

/** The process' own memory; it lives as long as the process. */
function cpuMemory (): MemoryInfo {
  cpu ??= new MemoryInfo('cpu')
  return cpu
}
