import { codedError } from '../../common/errors.js'
import { bytesOfElements, type Datatype, type Element, elementsOfBytes, isElement } from './datatypes.js'

/** An input or output of a model. */
export interface TensorSpec {
  name: string
  datatype: Datatype
  /** -1 is any number. */
  shape: readonly number[]
}

/** A tensor as a request has it; bytes where it came behind the JSON. */
export interface WrittenTensor { name: string, shape: readonly number[], datatype: string, data?: unknown }

/** Elements in row-major order. */
export interface Tensor { shape: readonly number[], elements: readonly Element[] | Uint8Array }

/** A tensor of an answer. */
export interface OutputTensor extends TensorSpec { elements: readonly Element[] | Uint8Array }

/**
 * Reads the inputs of a request by name.
 *
 * @throws invalid_field for an input that the model does not have, that is there twice, or that is not what its metadata says
 */
export function readTensors (inputs: readonly WrittenTensor[], specs: readonly TensorSpec[]): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>()
  for (const input of inputs) {
    const { name, datatype, shape } = input
    const spec = specs.find((each) => each.name === name)
    if (spec === undefined) throw wrong(name, `does not exist; this model takes ${specs.map((each) => each.name).join(', ')}`)
    if (tensors.has(name)) throw wrong(name, 'is there twice')
    if (datatype !== spec.datatype) throw wrong(name, `has the datatype ${datatype} and must have ${spec.datatype}`)
    if (shape.length !== spec.shape.length || !spec.shape.every((size, axis) => size === -1 || size === shape[axis])) throw wrong(name, `has the shape [${shape.join(', ')}] and must have [${spec.shape.join(', ')}], where -1 is any number`)
    const elements = elementsOf(input, spec)
    const count = shape.reduce((product, size) => product * size, 1)
    if (elements.length !== count) throw wrong(name, `has ${elements.length} elements and its shape says ${count}`)
    tensors.set(name, { shape, elements })
  }
  return tensors
}

function elementsOf ({ name, data }: WrittenTensor, { datatype }: TensorSpec): readonly Element[] | Uint8Array {
  if (data instanceof Uint8Array) {
    const elements = elementsOfBytes(datatype, data)
    if (elements === undefined) throw wrong(name, `has ${data.length} bytes, which are no whole elements of ${datatype}`)
    return elements
  }
  if (!Array.isArray(data)) throw wrong(name, 'has no data')
  // The protocol lets data be nested as the shape says, or flat.
  const flat: unknown[] = data.flat(Infinity)
  const elements = flat.filter((value) => isElement(datatype, value))
  if (elements.length < flat.length) throw wrong(name, `has an element that is no ${datatype}`)
  return elements
}

/** A tensor as JSON has it. */
export function jsonTensor ({ name, datatype, shape, elements }: OutputTensor) {
  const data = datatype === 'BYTES' ? [...elements].map(String) : [...elements]
  return { name, datatype, shape: [...shape], data }
}

/** A tensor whose elements follow the JSON. */
export function binaryTensor ({ name, datatype, shape, elements }: OutputTensor) {
  const bytes = bytesOfElements(datatype, elements)
  return { bytes, head: { name, datatype, shape: [...shape], parameters: { binary_data_size: bytes.length } } }
}

function wrong (name: string, problem: string) {
  return codedError('invalid_field', [`inputs.${name}`, problem], { param: `inputs.${name}` })
}
