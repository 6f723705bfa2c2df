import type { GraphName, GraphSpec, Manifest, TensorSpec as ManifestTensor } from '../artifacts/manifest.js'
import type { ExternalInitializer } from '../artifacts/onnx-initializers.js'
import type { SafetensorsEntry } from '../artifacts/safetensors.js'
import { codedError } from '../common/errors.js'
import { elementTypeOf } from './element-types.js'
import { WEIGHT_TYPES } from './read-weights.js'
import type { TensorSpec } from './tensor-spec.js'

/** What a graph says of itself: the weights that it takes from outside, or its inputs and outputs once it is loaded. */
interface GraphSides { inputs: readonly TensorSpec[], outputs: readonly TensorSpec[] }

/**
 * Compares the tensors that a graph takes from the weights file with what the manifest and the file say of them: ONNX Runtime loads a wrong name or shape without a word.
 *
 * @returns the entries that it uses
 * @throws model_graph_invalid
 */
export function checkWeights (name: GraphName, initializers: readonly ExternalInitializer[], { graphs, weights, files }: Manifest, header: ReadonlyMap<string, SafetensorsEntry>): SafetensorsEntry[] {
  const stranger = initializers.find(({ location }) => !(location in files))
  if (stranger !== undefined) throw invalid(name, `its tensor ${stranger.name} lies in ${JSON.stringify(stranger.location)}, which is no file of the manifest`)
  const shared = initializers.filter(({ location }) => location === weights.file)
  const used = new Set(shared.map((initializer) => initializer.name))
  const listed = new Set(graphs[name]?.weights)
  const unlisted = [...used].find((weight) => !listed.has(weight))
  if (unlisted !== undefined) throw invalid(name, `it uses the shared tensor ${unlisted}, which its manifest does not list`)
  const unused = [...listed].find((weight) => !used.has(weight))
  if (unused !== undefined) throw invalid(name, `its manifest lists the shared tensor ${unused}, which it does not use`)
  return shared.map((initializer) => checkWeight(name, initializer, header))
}

/** Compares a loaded graph's inputs and outputs with the manifest. @throws model_graph_invalid */
export function checkTensors (name: GraphName, { inputs, outputs }: GraphSpec, graph: GraphSides): void {
  checkSide(name, 'input', inputs, graph.inputs)
  checkSide(name, 'output', outputs, graph.outputs)
}

function checkWeight (graph: GraphName, initializer: ExternalInitializer, header: ReadonlyMap<string, SafetensorsEntry>): SafetensorsEntry {
  const { name, elementType, dims, offset, byteLength } = initializer
  const entry = header.get(name)
  if (entry === undefined) throw invalid(graph, `it uses the shared tensor ${name}, which the weights file does not have`)
  const here = describe(elementTypeOf(elementType), dims)
  const there = describe(WEIGHT_TYPES[entry.dtype], entry.dims)
  if (here !== there) throw invalid(graph, `its shared tensor ${name} is ${here} and the weights file has ${there}`)
  if (offset !== entry.offset || byteLength !== entry.byteLength) {
    throw invalid(graph, `it takes ${name} from bytes ${offset} to ${offset + byteLength} of the weights file, where that has it at ${entry.offset} to ${entry.offset + entry.byteLength}`)
  }
  return entry
}

function checkSide (graph: GraphName, side: 'input' | 'output', listed: readonly ManifestTensor[], found: readonly TensorSpec[]): void {
  const missing = listed.find(({ name }) => !found.some((tensor) => tensor.name === name))
  if (missing !== undefined) throw invalid(graph, `it has no ${side} ${missing.name}, which its manifest lists`)
  for (const tensor of found) {
    const spec = listed.find(({ name }) => name === tensor.name)
    if (spec === undefined) throw invalid(graph, `its manifest does not list the ${side} ${tensor.name}`)
    const here = describe(tensor.type, tensor.dims)
    const there = describe(spec.dtype, spec.dims)
    if (here !== there) throw invalid(graph, `its ${side} ${tensor.name} is ${here} and its manifest says ${there}`)
  }
}

function describe (type: string | undefined, dims: readonly (number | string)[]): string {
  return `${type ?? 'of an unknown type'}[${dims.join(', ')}]`
}

function invalid (graph: GraphName, reason: string): Error {
  return codedError('model_graph_invalid', [graph, reason])
}
