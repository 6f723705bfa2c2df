import { readFile } from 'node:fs/promises'
import { codedError } from '../common/errors.js'

/** An initializer of a graph whose bytes lie in another file. */
export interface ExternalInitializer {
  name: string
  /** ONNX TensorProto.DataType. */
  elementType: number
  dims: readonly number[]
  /** File beside the graph. */
  location: string
  offset: number
  byteLength: number
}

/** Field numbers of onnx.proto (ONNX 1.x, stable since IR version 3). */
const MODEL_GRAPH = 7
const GRAPH_INITIALIZER = 5
const TENSOR = { dims: 1, dataType: 2, name: 8, externalData: 13 }
const ENTRY = { key: 1, value: 2 }

/**
 * Lists the initializers of an ONNX file that point into another file.
 *
 * ONNX Runtime checks neither name nor shape of an initializer that it is handed, so the server reads what the graph itself says.
 * Only the few fields needed are decoded (protobuf wire format: a key of field number and wire type before each value).
 *
 * @throws model_graph_invalid
 */
export async function readExternalInitializers (path: string): Promise<ExternalInitializer[]> {
  const model = await readFile(path)
  try {
    return [...fields(model)]
      .filter(({ number }) => number === MODEL_GRAPH)
      .flatMap(({ bytes }) => [...fields(bytes)])
      .filter(({ number }) => number === GRAPH_INITIALIZER)
      .map(({ bytes }) => decodeTensor(bytes))
      .filter((tensor) => tensor !== undefined)
  } catch (cause) {
    throw codedError('model_graph_invalid', [path, 'it is not an ONNX file'], { cause })
  }
}

interface Field { number: number, integer: number, bytes: Buffer }

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 }
const NOTHING = Buffer.alloc(0)

function * fields (message: Buffer): Generator<Field> {
  let position = 0
  while (position < message.length) {
    const key = readVarint(message, position)
    const number = key.integer >>> 3
    const wire = key.integer & 7
    position = key.end
    if (wire === WIRE.varint) {
      const { integer, end } = readVarint(message, position)
      yield { number, integer, bytes: NOTHING }
      position = end
      continue
    }
    const length = wire === WIRE.bytes ? readVarint(message, position) : { integer: fixedLength(wire), end: position }
    position = length.end + length.integer
    if (position > message.length) throw new RangeError('a field ends behind its message')
    yield { number, integer: 0, bytes: message.subarray(length.end, position) }
  }
}

function fixedLength (wire: number): number {
  if (wire === WIRE.fixed64) return 8
  if (wire === WIRE.fixed32) return 4
  throw new RangeError(`wire type ${wire}`)
}

/** Values up to 2^53, as dims and offsets are. */
function readVarint (message: Buffer, start: number): { integer: number, end: number } {
  let integer = 0
  for (let index = 0; index < 10; index++) {
    const byte = message[start + index]
    if (byte === undefined) break
    integer += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { integer, end: start + index + 1 }
  }
  throw new RangeError('a number does not end')
}

function decodeTensor (tensor: Buffer): ExternalInitializer | undefined {
  const dims: number[] = []
  const external = new Map<string, string>()
  let name = ''
  let elementType = 0
  for (const field of fields(tensor)) {
    if (field.number === TENSOR.dims) dims.push(...(field.bytes.length > 0 ? packedVarints(field.bytes) : [field.integer]))
    if (field.number === TENSOR.dataType) elementType = field.integer
    if (field.number === TENSOR.name) name = field.bytes.toString('utf8')
    if (field.number === TENSOR.externalData) {
      const entry = new Map([...fields(field.bytes)].map(({ number, bytes }) => [number, bytes.toString('utf8')]))
      external.set(entry.get(ENTRY.key) ?? '', entry.get(ENTRY.value) ?? '')
    }
  }
  const location = external.get('location')
  if (location === undefined) return undefined
  return { name, elementType, dims, location, offset: Number(external.get('offset') ?? 0), byteLength: Number(external.get('length') ?? 0) }
}

function packedVarints (bytes: Buffer): number[] {
  const values: number[] = []
  for (let position = 0; position < bytes.length;) {
    const { integer, end } = readVarint(bytes, position)
    values.push(integer)
    position = end
  }
  return values
}
