/** A folder that is not what its manifest says never gets to run: each fault is found at the start and named. */
import { createHash } from 'node:crypto'
import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Manifest } from '../../src/artifacts/manifest.js'
import { loadEngine } from '../../src/engine/load-engine.js'
import type { LogRecord } from '../../src/engine/protocol.js'
import type { LoadedEngine } from '../../src/engine/serve-channel.js'
import { engineSettings } from '../../src/engine/settings.js'
import { DEBUG_PRECISIONS, debugFolder } from '../support/debug-model.js'

/** A copy of the debug model's folder in which something can be broken. */
class Folder {
  readonly path: string

  constructor (t: Test) {
    this.path = t.testdir()
    cpSync(debugFolder(), this.path, { recursive: true })
  }

  read (file: string): Buffer {
    return readFileSync(join(this.path, file))
  }

  /** Changes a file behind the manifest's back. */
  write (file: string, content: string | Uint8Array): void {
    writeFileSync(join(this.path, file), content)
  }

  truncate (file: string, bytes: number): void {
    truncateSync(join(this.path, file), bytes)
  }

  editManifest (edit: (manifest: Manifest) => void): void {
    const manifest = JSON.parse(this.read('manifest.json').toString()) as Manifest
    edit(manifest)
    this.write('manifest.json', JSON.stringify(manifest))
  }

  /** Changes a file and writes its new size and digest into the manifest, as a wrong export would. */
  replace (file: string, content: Uint8Array): void {
    this.write(file, content)
    this.editManifest(({ files }) => { files[file] = { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') } })
  }
}

async function load (folder: string, executionProvider: 'auto' | 'cpu' | 'cuda' = 'cpu', logs: LogRecord[] = []): Promise<LoadedEngine> {
  return await loadEngine(engineSettings({ modelFolder: folder, executionProvider, logLevel: 'error' }), (record) => { logs.push(record) })
}

for (const precision of DEBUG_PRECISIONS) {
  t.test(`the ${precision} folder loads, and says what runs it`, async (t) => {
    const logs: LogRecord[] = []
    const { executor, model, manifest } = await load(debugFolder(precision), 'auto', logs)
    t.match(model, { name: manifest.name, precision, executionProvider: /^(cpu|cuda)$/ })
    if (model.executionProvider === 'cpu') t.equal(logs[0]?.fields.reason, model.fallbackReason)
    t.equal(executor.sizes.layers, manifest.sizes.layers)
    executor.dispose()
  })
}

t.test('files that were changed are named before they are run', async (t) => {
  const flipped = new Folder(t)
  const graph = flipped.read('unmask.onnx')
  graph[1000] = (graph[1000] ?? 0) ^ 1
  flipped.write('unmask.onnx', graph)
  await t.rejects(load(flipped.path), { code: 'model_file_changed', message: /unmask.onnx .* sha256/ })
  const short = new Folder(t)
  short.truncate('weights.safetensors', 1_000_000)
  await t.rejects(load(short.path), { code: 'model_file_changed', message: /weights.safetensors .* size in bytes is 1000000/ })
})

t.test('weights that do not fit the graphs are refused: ONNX Runtime would not notice', async (t) => {
  const reshaped = new Folder(t)
  const weights = reshaped.read('weights.safetensors').toString('latin1')
  // Two dimensions of one tensor change places; nothing else does.
  const other = weights.replace(/"shape":\[(\d+),(\d+)\]/, (whole, rows: string, columns: string) => rows === columns ? whole : `"shape":[${columns},${rows}]`)
  t.not(other, weights)
  reshaped.replace('weights.safetensors', Buffer.from(other, 'latin1'))
  await t.rejects(load(reshaped.path), { code: 'model_graph_invalid', message: /its shared tensor .* and the weights file has/ })
  const unlisted = new Folder(t)
  unlisted.editManifest(({ graphs }) => { graphs.language.weights.pop() })
  await t.rejects(load(unlisted.path), { code: 'model_graph_invalid', message: /graph language .* which its manifest does not list/ })
})

t.test('a graph that is broken, or another than the manifest describes, is refused', async (t) => {
  const broken = new Folder(t)
  broken.replace('sample_text.onnx', broken.read('sample_text.onnx').subarray(0, 2000))
  await t.rejects(load(broken.path), { code: 'model_graph_invalid', message: /sample_text/ })
  const swapped = new Folder(t)
  swapped.replace('clip.onnx', swapped.read('picture_encoder.onnx'))
  await t.rejects(load(swapped.path), { code: 'model_graph_invalid', message: /graph clip cannot be loaded: it has no output embedding/ })
  const other = new Folder(t)
  other.editManifest(({ graphs }) => { for (const { name, dims } of graphs.unmask.inputs) if (name === 'code_ids') dims[1] = 25 })
  await t.rejects(load(other.path), { code: 'model_graph_invalid', message: /its input code_ids is int64\[B, 16\] and its manifest says int64\[B, 25\]/ })
})

t.test('CUDA that is asked for by name is an error where it is missing', async (t) => {
  const failure = await load(debugFolder(), 'cuda').then(({ executor }) => { executor.dispose() }, (error: unknown) => error)
  if (failure === undefined) t.comment('CUDA works here')
  else t.match(failure, { code: 'cuda_unavailable' })
})
