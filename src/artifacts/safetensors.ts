import { open, type FileHandle } from 'node:fs/promises'
import { codedError } from '../common/errors.js'

/** Element types of safetensors that our graphs use, with their sizes in bytes. */
export const SAFETENSORS_BYTES = { F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I8: 1, U8: 1, BOOL: 1 } as const
export type SafetensorsDtype = keyof typeof SAFETENSORS_BYTES

/** One tensor of the file. */
export interface SafetensorsEntry {
  name: string
  dtype: SafetensorsDtype
  dims: readonly number[]
  /** Where its bytes begin, counted from the start of the file. */
  offset: number
  byteLength: number
}

/** More than any header of ours; a broken length must not ask for gigabytes. */
const MAX_HEADER_BYTES = 64 * 1024 * 1024

/**
 * Reads the header of a safetensors file: name → where and what each tensor is. Every entry lies within the file and has the bytes of its shape.
 *
 * Format: 8 bytes length (little endian), that many bytes of JSON, then the tensors (huggingface/safetensors, README).
 *
 * @throws model_file_missing, model_weights_invalid
 */
export async function readSafetensorsHeader (path: string): Promise<Map<string, SafetensorsEntry>> {
  let file: FileHandle
  try {
    file = await open(path)
  } catch (cause) {
    throw codedError('model_file_missing', [path], { cause })
  }
  try {
    const { size } = await file.stat()
    const headerBytes = await readHeaderLength(file, path, size)
    const header = await readExactly(file, path, 8, headerBytes)
    return parseHeader(path, header.toString('utf8'), 8 + headerBytes, size)
  } finally {
    await file.close()
  }
}

async function readHeaderLength (file: FileHandle, path: string, size: number): Promise<number> {
  const length = (await readExactly(file, path, 0, 8)).readBigUInt64LE()
  if (length > BigInt(Math.min(size - 8, MAX_HEADER_BYTES))) throw invalid(path, `its header claims ${length} bytes and the file has ${size}`)
  return Number(length)
}

async function readExactly (file: FileHandle, path: string, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  if (bytesRead !== length) throw invalid(path, 'it ends before its header does')
  return buffer
}

function parseHeader (path: string, json: string, start: number, size: number): Map<string, SafetensorsEntry> {
  let header: unknown
  try {
    header = JSON.parse(json)
  } catch (cause) {
    throw codedError('model_weights_invalid', [path, 'its header is not JSON'], { cause })
  }
  if (typeof header !== 'object' || header === null) throw invalid(path, 'its header is not an object')
  const tensors = Object.entries(header).filter(([name]) => name !== '__metadata__')
  return new Map(tensors.map(([name, value]) => [name, parseEntry(path, name, value, start, size)]))
}

function parseEntry (path: string, name: string, value: unknown, start: number, size: number): SafetensorsEntry {
  const { dtype, shape, data_offsets: range } = (value ?? {}) as Record<string, unknown>
  if (!isDtype(dtype)) throw invalid(path, `tensor ${name} has the element type ${JSON.stringify(dtype)}, which no graph uses`)
  if (!isIntegers(shape) || !isIntegers(range) || range.length !== 2) throw invalid(path, `the header entry of tensor ${name} is malformed`)
  const [begin = 0, end = 0] = range
  const byteLength = shape.reduce((product, dim) => product * dim, SAFETENSORS_BYTES[dtype])
  if (end - begin !== byteLength) throw invalid(path, `tensor ${name} has ${end - begin} bytes and its shape needs ${byteLength}`)
  if (start + end > size) throw invalid(path, `tensor ${name} ends at byte ${start + end} and the file at ${size}`)
  return { name, dtype, dims: shape, offset: start + begin, byteLength }
}

function isDtype (value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(SAFETENSORS_BYTES, value)
}

function isIntegers (value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0)
}

function invalid (path: string, reason: string): Error {
  return codedError('model_weights_invalid', [path, reason])
}
