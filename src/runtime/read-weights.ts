import { open, type FileHandle } from 'node:fs/promises'
import type { SafetensorsDtype, SafetensorsEntry } from '../artifacts/safetensors.js'
import { codedError } from '../common/errors.js'
import type { ElementType } from './element-types.js'
import { Value } from './value.js'

/** What a tensor of the weights file is to a graph. */
export const WEIGHT_TYPES: Readonly<Record<SafetensorsDtype, ElementType>> = {
  F32: 'float32', F16: 'float16', BF16: 'bfloat16', I64: 'int64', I32: 'int32', I8: 'int8', U8: 'uint8', BOOL: 'bool'
}

/** Reads of more than 2 GiB at once are refused by the operating system's interface. */
const LARGEST_READ = 1 << 30

/**
 * Reads tensors of a safetensors file, each into a buffer of its own, which begins where the processor likes it to. The file's other bytes are not read.
 *
 * @throws model_weights_invalid when the file ends early, engine_out_of_memory
 */
export async function readWeights (path: string, entries: readonly SafetensorsEntry[]): Promise<Map<string, Value>> {
  const inOrder = entries.toSorted((a, b) => a.offset - b.offset)
  const values = new Map<string, Value>()
  const file = await open(path)
  try {
    for (const entry of inOrder) values.set(entry.name, await readTensor(file, path, entry))
  } finally {
    await file.close()
  }
  return values
}

async function readTensor (file: FileHandle, path: string, { name, dtype, dims, offset, byteLength }: SafetensorsEntry): Promise<Value> {
  const bytes = new Uint8Array(byteLength)
  for (let done = 0; done < byteLength;) {
    const { bytesRead } = await file.read(bytes, done, Math.min(LARGEST_READ, byteLength - done), offset + done)
    if (bytesRead === 0) throw codedError('model_weights_invalid', [path, `it ends within the tensor ${name}`])
    done += bytesRead
  }
  return new Value(WEIGHT_TYPES[dtype], dims, bytes)
}
