import t from 'tap'
import type { GraphSpec, Manifest } from '../../../src/artifacts/manifest.js'
import type { ExternalInitializer } from '../../../src/artifacts/onnx-initializers.js'
import type { SafetensorsEntry } from '../../../src/artifacts/safetensors.js'
import { checkTensors, checkWeights } from '../../../src/runtime/check-graph.js'
import { TOY_MANIFEST } from '../../support/toy-manifest.js'

const ENTRY: SafetensorsEntry = { name: 'w', dtype: 'F32', dims: [2, 3], offset: 100, byteLength: 24 }
const INITIALIZER: ExternalInitializer = { name: 'w', elementType: 1, dims: [2, 3], location: 'weights.safetensors', offset: 100, byteLength: 24 }

const manifestOf = (weights: string[]): Manifest => ({
  ...TOY_MANIFEST,
  graphs: { ...TOY_MANIFEST.graphs, prompt: { ...TOY_MANIFEST.graphs.prompt, weights } },
  files: { 'weights.safetensors': { bytes: 200, sha256: '' }, 'prompt.data': { bytes: 1, sha256: '' } }
})

t.test('tensors that graph, manifest and weights file agree about are answered', (t) => {
  const own = { ...INITIALIZER, name: 'own', location: 'prompt.data' }
  t.same(checkWeights('prompt', [INITIALIZER, own], manifestOf(['w']), new Map([['w', ENTRY]])), [ENTRY])
  t.end()
})

t.test('any disagreement about the weights is named', (t) => {
  const cases: [Partial<ExternalInitializer> | undefined, string[], SafetensorsEntry[], RegExp][] = [
    [{ location: '../secret' }, ['w'], [ENTRY], /lies in "\.\.\/secret", which is no file of the manifest/],
    [{}, [], [ENTRY], /uses the shared tensor w, which its manifest does not list/],
    [undefined, ['w'], [ENTRY], /lists the shared tensor w, which it does not use/],
    [{}, ['w'], [], /w, which the weights file does not have/],
    [{ dims: [3, 2] }, ['w'], [ENTRY], /is float32\[3, 2\] and the weights file has float32\[2, 3\]/],
    [{ elementType: 6 }, ['w'], [ENTRY], /is int32\[2, 3\]/],
    [{ elementType: 99 }, ['w'], [ENTRY], /of an unknown type/],
    [{ offset: 104 }, ['w'], [ENTRY], /from bytes 104 to 128 of the weights file, where that has it at 100 to 124/]
  ]
  for (const [changes, weights, entries, message] of cases) {
    const initializers = changes === undefined ? [] : [{ ...INITIALIZER, ...changes }]
    t.throws(() => checkWeights('prompt', initializers, manifestOf(weights), new Map(entries.map((entry) => [entry.name, entry]))), { code: 'model_graph_invalid', message })
  }
  t.end()
})

t.test('any disagreement about inputs and outputs is named', (t) => {
  const spec: GraphSpec = { file: 'toy.onnx', weights: [], inputs: [{ name: 'x', dtype: 'float32', dims: ['B', 4] }], outputs: [{ name: 'y', dtype: 'int64', dims: ['B'] }] }
  const x = { name: 'x', type: 'float32', dims: ['B', 4] } as const
  const y = { name: 'y', type: 'int64', dims: ['B'] } as const
  t.doesNotThrow(() => { checkTensors('clip', spec, { inputs: [x], outputs: [y] }) })
  const cases: [Parameters<typeof checkTensors>[2], RegExp][] = [
    [{ inputs: [], outputs: [y] }, /graph clip cannot be loaded: it has no input x/],
    [{ inputs: [x], outputs: [y, { ...y, name: 'z' }] }, /manifest does not list the output z/],
    [{ inputs: [{ ...x, dims: ['B', 5] }], outputs: [y] }, /its input x is float32\[B, 5\] and its manifest says float32\[B, 4\]/],
    [{ inputs: [{ ...x, dims: ['T', 4] }], outputs: [y] }, /float32\[T, 4\]/],
    [{ inputs: [x], outputs: [{ ...y, type: 'int32' }] }, /its output y is int32\[B\]/]
  ]
  for (const [graph, message] of cases) t.throws(() => { checkTensors('clip', spec, graph) }, { code: 'model_graph_invalid', message })
  t.end()
})
