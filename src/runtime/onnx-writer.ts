/**
 * Writes small ONNX models: copies between devices for which ONNX Runtime's C API has no function of its own, and graphs for tests.
 *
 * Protobuf by hand, like `artifacts/onnx-initializers.ts` reads it: a key of field number and wire type before each value. Field numbers are onnx.proto's.
 */

/** Sizes, or names of dimensions that vary. */
export type GraphDims = readonly (number | string)[]

/** An input or output; `elementType` is ONNX's number. */
export interface GraphTensor { name: string, elementType: number, dims: GraphDims }

export interface GraphNode { operator: string, inputs: readonly string[], outputs: readonly string[], domain?: string, integers?: Readonly<Record<string, number>> }

/** A constant of the graph: its elements as bytes, or where they lie in another file. */
export interface GraphConstant { name: string, elementType: number, dims: readonly number[], bytes: Uint8Array | { location: string, offset: number, length: number } }

export interface GraphParts {
  inputs: readonly GraphTensor[]
  outputs: readonly GraphTensor[]
  nodes: readonly GraphNode[]
  constants?: readonly GraphConstant[]
}

const IR_VERSION = 10
const OPERATOR_SETS = { '': 21, 'com.microsoft': 1 } as const
/** AttributeProto.AttributeType */
const INTEGER_ATTRIBUTE = 2
/** TensorProto.DataLocation */
const EXTERNAL = 1

/** The bytes of a model with one graph. */
export function writeOnnx ({ inputs, outputs, nodes, constants = [] }: GraphParts): Uint8Array {
  const graph = message([
    ...nodes.map((node) => bytesField(1, writeNode(node))),
    textField(2, 'graph'),
    ...constants.map((constant) => bytesField(5, writeConstant(constant))),
    ...inputs.map((tensor) => bytesField(11, writeTensor(tensor))),
    ...outputs.map((tensor) => bytesField(12, writeTensor(tensor)))
  ])
  const operatorSets = Object.entries(OPERATOR_SETS).map(([domain, version]) => bytesField(8, message([textField(1, domain), integerField(2, version)])))
  return message([integerField(1, IR_VERSION), bytesField(7, graph), ...operatorSets])
}

function writeNode ({ operator, inputs, outputs, domain = '', integers = {} }: GraphNode): Buffer {
  return message([
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(4, operator),
    ...Object.entries(integers).map(([name, value]) => bytesField(5, message([textField(1, name), integerField(3, value), integerField(20, INTEGER_ATTRIBUTE)]))),
    textField(7, domain)
  ])
}

function writeTensor ({ name, elementType, dims }: GraphTensor): Buffer {
  const shape = message(dims.map((dim) => bytesField(1, typeof dim === 'number' ? integerField(1, dim) : textField(2, dim))))
  const tensorType = message([integerField(1, elementType), bytesField(2, shape)])
  return message([textField(1, name), bytesField(2, bytesField(1, tensorType))])
}

function writeConstant ({ name, elementType, dims, bytes }: GraphConstant): Buffer {
  const place = bytes instanceof Uint8Array
    ? [bytesField(9, bytes)]
    : [...Object.entries(bytes).map(([key, value]) => bytesField(13, message([textField(1, key), textField(2, String(value))]))), integerField(14, EXTERNAL)]
  return message([...dims.map((dim) => integerField(1, dim)), integerField(2, elementType), textField(8, name), ...place])
}

const WIRE_VARINT = 0
const WIRE_BYTES = 2

function message (fields: readonly Uint8Array[]): Buffer {
  return Buffer.concat(fields)
}

function integerField (number: number, value: number): Buffer {
  return message([varint(number << 3 | WIRE_VARINT), varint(value)])
}

function textField (number: number, text: string): Buffer {
  return bytesField(number, Buffer.from(text))
}

function bytesField (number: number, bytes: Uint8Array): Buffer {
  return message([varint(number << 3 | WIRE_BYTES), varint(bytes.length), bytes])
}

/** Seven bits a byte, the lowest first; the top bit says that more follow. */
function varint (value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push(rest % 0x80 | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return Buffer.from([...bytes, rest])
}
