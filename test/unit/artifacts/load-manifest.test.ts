import { createHash } from 'node:crypto'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadManifest, modelFile, verifyFiles } from '../../../src/artifacts/load-manifest.js'
import type { Manifest, TensorSpec } from '../../../src/artifacts/manifest.js'
import { TOY_MANIFEST } from '../../support/toy-manifest.js'

const FILES: Record<string, string> = { 'toy.onnx': 'graph', 'weights.safetensors': 'weights', 'tokenizer.json': '{}' }

const entryOf = (content: string) => ({ bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') })

const MANIFEST: Manifest = { ...TOY_MANIFEST, files: Object.fromEntries(Object.entries(FILES).map(([name, content]) => [name, entryOf(content)])) }

/** A folder with this manifest, and with some files other than it says; `null` leaves one out. */
function folderOf (t: Test, manifest: unknown, changes: Record<string, string | null> = {}): string {
  const present = Object.entries({ ...FILES, ...changes }).flatMap(([name, content]) => content === null ? [] : [[name, content]])
  return t.testdir({ ...Object.fromEntries(present), 'manifest.json': typeof manifest === 'string' ? manifest : JSON.stringify(manifest) })
}

t.test('a folder that matches its manifest is loaded and verified, file by file', async (t) => {
  const folder = await loadManifest(folderOf(t, MANIFEST))
  t.same(folder.manifest, MANIFEST)
  const seen: string[] = []
  await verifyFiles(folder, (file) => { seen.push(file) })
  t.same(seen, Object.keys(FILES))
  t.equal(modelFile(folder, 'toy.onnx'), join(folder.path, 'toy.onnx'))
})

t.test('files that are missing or changed are named', async (t) => {
  await t.rejects(loadManifest('/nowhere'), { code: 'model_folder_missing' })
  await t.rejects(loadManifest(folderOf(t, MANIFEST, { 'toy.onnx': null })), { code: 'model_file_missing', message: /toy.onnx/ })
  await t.rejects(loadManifest(folderOf(t, MANIFEST, { 'toy.onnx': 'graphs' })), { code: 'model_file_changed', message: /toy.onnx .* size in bytes is 6 and should be 5/ })
  const folder = await loadManifest(folderOf(t, MANIFEST, { 'weights.safetensors': 'weighty' }))
  await t.rejects(verifyFiles(folder), { code: 'model_file_changed', message: /weights.safetensors .* sha256/ })
})

t.test('a manifest that this version does not read is refused with the place', async (t) => {
  const { sizes: _, ...withoutSizes } = MANIFEST
  const cases: [unknown, RegExp][] = [
    ['{', /it is not JSON/],
    ['null', /format_version is undefined/],
    [{ ...MANIFEST, format_version: 1 }, /format_version is 1 and this server reads 2/],
    [withoutSizes, /sizes/],
    [{ ...MANIFEST, colour: 'red' }, /colour|additional/],
    [{ ...MANIFEST, precision: 'fp64' }, /\/precision/],
    [{ ...MANIFEST, name: 'Not A Name' }, /\/name/],
    [{ ...MANIFEST, sizes: { ...MANIFEST.sizes, heads: 0 } }, /\/sizes\/heads/]
  ]
  for (const [manifest, message] of cases) await t.rejects(loadManifest(folderOf(t, manifest)), { code: 'manifest_invalid', message })
})

t.test('statements that cannot all be true are refused', async (t) => {
  const { sizes, special_ids: ids, limits, parameters, graphs, files } = MANIFEST
  const tensor: TensorSpec = { name: 'x', dtype: 'float32', dims: [1] }
  const cases: [Partial<Manifest>, RegExp][] = [
    [{ sizes: { ...sizes, image_grid: [4, 5] } }, /image_grid and sizes.image_tokens do not agree/],
    [{ special_ids: { ...ids, mask_code: 31 } }, /mask_code is not the size of the codebook/],
    [{ special_ids: { ...ids, image_offset: 60 } }, /codebook does not fit into the joint vocabulary/],
    [{ special_ids: { ...ids, eot: 50 } }, /sot and eot are not text tokens/],
    [{ sizes: { ...sizes, routed_experts_per_token: 5 } }, /routed_experts_per_token is more/],
    [{ sizes: { ...sizes, sequence_experts_per_picture: 5 } }, /sequence_experts_per_picture is more/],
    [{ sizes: { ...sizes, sequence_experts: 3 } }, /sequence_experts is not 4: copy, copy, zero, noise and copy, copy, clip, face/],
    [{ limits: { ...limits, max_prompt_tokens: 16 } }, /max_prompt_tokens does not fit/],
    [{ limits: { ...limits, max_question_tokens: 45 } }, /max_question_tokens does not fit/],
    [{ parameters: { ...parameters, sequence_expert: { ...parameters.sequence_expert, generate: [0] } } }, /sequence_expert.generate/],
    [{ parameters: { ...parameters, sequence_expert: { ...parameters.sequence_expert, understand: [0] } } }, /sequence_expert.understand/],
    [{ graphs: { ...graphs, clip: { ...graphs.clip, inputs: [tensor, tensor] } } }, /graphs.clip names a tensor twice/],
    [{ graphs: { ...graphs, clip: { ...graphs.clip, file: 'clip.onnx' } } }, /files does not list clip.onnx/],
    [{ files: { ...files, '../../etc/passwd': entryOf('') } }, /lies outside the folder/]
  ]
  for (const [changes, message] of cases) await t.rejects(loadManifest(folderOf(t, { ...MANIFEST, ...changes })), { code: 'manifest_invalid', message })
})
