import { codedError } from '../common/errors.js'
import { Handle } from './handle.js'
import { call, create, type Pointer } from './ort-api.js'
import type { Session } from './session.js'
import type { MemoryInfo, TensorMemory } from './value.js'

/** A stretch of memory that tensors lie over, whole or in parts. */
export interface Block {
  readonly byteLength: number
  /** A part of it. @throws runtime_misused when it ends outside */
  part (byteOffset: number, byteLength: number): TensorMemory
}

/** Where blocks come from. */
export interface Memory {
  /** @throws engine_out_of_memory */
  allocate (byteLength: number): Block
}

/** Memory of this process, zeroed, collected like any other when nobody holds it. */
export const hostMemory: Memory = {
  allocate: (byteLength) => new HostBlock(byteLength)
}

/** A block that JavaScript can read and write. */
export class HostBlock implements Block {
  readonly #bytes: Uint8Array

  constructor (byteLength: number) {
    this.#bytes = new Uint8Array(allocateHost(byteLength))
  }

  get byteLength (): number {
    return this.#bytes.byteLength
  }

  part (byteOffset: number, byteLength: number): Uint8Array {
    refuseOutside(this.byteLength, byteOffset, byteLength)
    return this.#bytes.subarray(byteOffset, byteOffset + byteLength)
  }
}

/** Memory of the device that a session runs on, from the session's own allocator. Its blocks live as long as it. */
export class SessionMemory extends Handle implements Memory {
  readonly #info: MemoryInfo
  readonly #blocks: Pointer[] = []

  constructor (session: Session, info: MemoryInfo) {
    super(create('CreateAllocator', session.pointer, info.pointer), 'ReleaseAllocator', [session, info])
    this.#info = info
  }

  allocate (byteLength: number): Block {
    const out = new BigUint64Array(1)
    call('AllocatorAlloc', this.pointer, byteLength, out)
    const [start = 0n] = out
    if (start === 0n) throw codedError('engine_out_of_memory', [], { cause: new Error(`${byteLength} bytes`) })
    this.#blocks.push(start)
    return {
      byteLength,
      part: (byteOffset, partLength) => {
        refuseOutside(byteLength, byteOffset, partLength)
        return { address: start + BigInt(byteOffset), byteLength: partLength, owner: this, info: this.#info }
      }
    }
  }

  protected override releaseOwned (): void {
    for (const block of this.#blocks) call('AllocatorFree', this.pointer, block)
  }
}

function allocateHost (byteLength: number): ArrayBuffer {
  try {
    return new ArrayBuffer(byteLength)
  } catch (cause) {
    throw codedError('engine_out_of_memory', [], { cause })
  }
}

function refuseOutside (size: number, byteOffset: number, byteLength: number): void {
  if (byteOffset < 0 || byteLength < 0 || byteOffset + byteLength > size) throw codedError('runtime_misused', [`bytes ${byteOffset} to ${byteOffset + byteLength} are asked of a block of ${size}`])
}
