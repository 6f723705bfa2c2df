import { codedError } from '../../common/errors.js'
import type { FaceModel } from '../../tasks/face-model.js'
import type { InferenceBody } from '../schemas/inference.js'
import type { Inferred, InferenceModel } from './model.js'
import { binaryTensor, jsonTensor, type OutputTensor, type TensorSpec } from './tensors.js'

/** An answer on its way: the bytes of some outputs follow the JSON. */
export interface InferenceAnswer { json: object, binary: Buffer[] }

/** What is asked of the outputs: which, and which of them as bytes. */
export interface OutputWish { specs: readonly TensorSpec[], binary: ReadonlySet<string> }

/** @throws invalid_field for an output that the model does not have */
export function wishOf ({ outputs, parameters }: InferenceBody, specs: readonly TensorSpec[]): OutputWish {
  const byDefault = parameters?.binary_data_output ?? false
  if (outputs === undefined) return { specs, binary: new Set(byDefault ? specs.map(({ name }) => name) : []) }
  const wanted = outputs.map(({ name }) => {
    const spec = specs.find((each) => each.name === name)
    if (spec === undefined) throw codedError('invalid_field', [`outputs.${name}`, `does not exist; this model gives ${specs.map((each) => each.name).join(', ')}`], { param: `outputs.${name}` })
    return spec
  })
  const binary = outputs.filter((output) => output.parameters?.binary_data ?? byDefault).map(({ name }) => name)
  return { specs: wanted, binary: new Set(binary) }
}

/** Puts an answer together. Outputs that the inputs did not ask for are left out. */
export function inferenceAnswer ({ elements, sizes, parameters }: Inferred, { specs, binary }: OutputWish, { name }: InferenceModel, model: FaceModel, id: string | undefined): InferenceAnswer {
  const tensors = specs.flatMap((spec): OutputTensor[] => {
    const values = elements[spec.name]
    return values === undefined ? [] : [{ ...spec, shape: spec.shape.map((size) => size === -1 ? sizes[spec.name] ?? 1 : size), elements: values }]
  })
  const written = tensors.map((tensor) => binary.has(tensor.name) ? binaryTensor(tensor) : { bytes: undefined, head: jsonTensor(tensor) })
  return {
    json: { model_name: name, model_version: model.manifest.name, ...(id === undefined ? {} : { id }), parameters, outputs: written.map(({ head }) => head) },
    binary: written.flatMap(({ bytes }) => bytes ?? [])
  }
}
