import { codedError } from '../common/errors.js'
import { elementTypeOf, type ElementType } from './element-types.js'
import { call, create, type Pointer, readText, release } from './ort-api.js'

/** An input or output of a graph. */
export interface TensorSpec {
  name: string
  type: ElementType
  /** A number, or the name of a dimension that varies between runs. */
  dims: readonly (number | string)[]
}

/** Inputs of a session, or its outputs. */
export type TensorSide = 'Input' | 'Output'

/** Asks a session for its inputs or outputs, in the order of the graph. @throws runtime_misused for an element type that no graph of ours has */
export function readTensorSpecs (session: Pointer, side: TensorSide): TensorSpec[] {
  const count = Number(create(`SessionGet${side}Count`, session))
  return Array.from({ length: count }, (_, index) => {
    const name = readName(session, side, index)
    return { name, ...readType(session, side, index, name) }
  })
}

function readName (session: Pointer, side: TensorSide, index: number): string {
  const allocator = create('GetAllocatorWithDefaultOptions')
  const text = create(`SessionGet${side}Name`, session, index, allocator)
  try {
    return readText(text)
  } finally {
    call('AllocatorFree', allocator, text)
  }
}

function readType (session: Pointer, side: TensorSide, index: number, name: string): Omit<TensorSpec, 'name'> {
  const type = create(`SessionGet${side}TypeInfo`, session, index)
  try {
    // It belongs to `type` and is released with it.
    const tensor = create('CastTypeInfoToTensorInfo', type)
    const onnx = tensor === 0n ? 0 : readInteger('GetTensorElementType', tensor)
    const elementType = elementTypeOf(onnx)
    if (elementType === undefined) throw codedError('runtime_misused', [`the graph's tensor ${name} has ONNX's element type ${onnx}, which no graph of ours has`])
    return { type: elementType, dims: readDims(tensor) }
  } finally {
    release('ReleaseTypeInfo', type)
  }
}

function readInteger (name: 'GetTensorElementType', object: Pointer): number {
  const out = new Int32Array(1)
  call(name, object, out)
  return out[0] ?? 0
}

function readDims (tensor: Pointer): (number | string)[] {
  const rank = Number(create('GetDimensionsCount', tensor))
  const sizes = new BigInt64Array(rank)
  const names = new BigUint64Array(rank)
  call('GetDimensions', tensor, sizes, rank)
  call('GetSymbolicDimensions', tensor, names, rank)
  // The names belong to the type; one that varies without a name is the empty text.
  return Array.from(sizes, (size, axis) => size >= 0n ? Number(size) : readText(names[axis] ?? 0n))
}
