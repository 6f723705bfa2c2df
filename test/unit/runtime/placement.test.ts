import t from 'tap'
import type { Manifest } from '../../../src/artifacts/manifest.js'
import { graphsOnCpu } from '../../../src/runtime/placement.js'
import { TOY_MANIFEST } from '../../support/toy-manifest.js'

const withCache = (dtype: 'float32' | 'uint8'): Manifest => ({
  ...TOY_MANIFEST,
  graphs: { ...TOY_MANIFEST.graphs, language: { ...TOY_MANIFEST.graphs.language, inputs: [{ name: 'past_key_0', dtype, dims: ['B', 2, 8, 4] }] } }
})

t.test('on CUDA a language graph with float32 caches stays on the CPU, and its sampler with it', (t) => {
  t.same(graphsOnCpu('cuda', withCache('float32')), ['language', 'sample_text', 'pick_text'])
  t.same(graphsOnCpu('cuda', withCache('uint8')), [])
  t.same(graphsOnCpu('cpu', withCache('float32')), [])
  t.end()
})
