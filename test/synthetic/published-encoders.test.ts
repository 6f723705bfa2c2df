/** Encoders in the published layouts of SCRFD, ArcFace and CLIP: faces and embeddings are InsightFace's, and a server says what it found. */
import sharp from 'sharp'
import t, { type Test } from 'tap'
import { loadManifest } from '../../src/artifacts/load-manifest.js'
import type { EncodeResult, EncodeRow } from '../../src/engine/executor.js'
import { createOrtExecutor, type OrtExecutor } from '../../src/engine/ort-executor.js'
import { engineSettings } from '../../src/engine/settings.js'
import type { RgbPicture } from '../../src/faces/rgb-picture.js'
import { loadModel } from '../../src/runtime/runtime.js'
import { fitPixels } from '../../src/tasks/fit-pixels.js'
import { listenDebugApp } from '../support/debug-app.js'
import { type Patch, scenePicture } from '../support/formula-picture.js'
import { goldenFaces, type GoldenScene } from '../support/golden-faces.js'
import { dataUrl } from '../support/pictures.js'
import { publishedFolder } from '../support/published-model.js'

const { embeddings: scenes } = goldenFaces()
const MAX_PIXELS = 20_000_000
/** float32 all the way, in another order of additions than scikit-image's singular values and numpy's norm. */
const TOLERANCE = 1e-4
/** The scenes that a server is asked about; each takes a whole answer. */
const ASKED = ['one face, turned', 'several faces', 'small']

t.test('faces and their embeddings are those of InsightFace, alone and in company', async (t) => {
  const { executor, manifest } = await openExecutor(t)
  const rows: EncodeRow[] = []
  for (const { height, width, patches } of scenes) rows.push({ pixels: await fitPixels(await png(scenePicture(height, width, patches)), MAX_PIXELS, manifest.preprocessing) })
  const together = await encode(executor, rows)
  for (const [index, scene] of scenes.entries()) {
    await t.test(scene.name, async (t) => {
      const result = at(together, index)
      expectFace(t, result, scene)
      const [alone] = await encode(executor, [at(rows, index)])
      t.strictSame(alone, result, 'company changes no bit')
    })
  }
})

t.test('a server finds, counts and says', async (t) => {
  const { origin } = await listenDebugApp(t, {}, undefined, { modelFolder: publishedFolder(t) })
  const ask = async (file: Buffer): Promise<{ face: { found: boolean, score: number, count: number }, usage: { prompt_tokens_details?: { cached_tokens: number } }, caption: string, status: number }> => {
    const response = await fetch(`${origin}/v1/faces/caption`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ image: dataUrl(file), seed: 1, temperature: 0, max_tokens: 2 }) })
    return { ...await response.json() as Awaited<ReturnType<typeof ask>>, status: response.status }
  }
  for (const { name, height, width, patches, count, score } of scenes.filter(({ name: each }) => ASKED.includes(each))) {
    const { face, status } = await ask(await png(scenePicture(height, width, patches)))
    t.equal(status, 200, name)
    t.strictSame({ found: face.found, count: face.count }, { found: count > 0, count }, name)
    if (score !== undefined) t.ok(Math.abs(face.score - score) < 1e-6, `${face.score} against ${score}`)
    else t.ok(face.score < 0.5, `the likeliest candidate has ${face.score}`)
  }
  const one: Patch[] = [[16, 300, 200, 30, 128]]
  const colours = await png(scenePicture(480, 640, one))
  t.strictSame((await ask(colours)).caption, (await ask(colours)).caption, 'asked again')
  t.match((await ask(await sharp(colours).greyscale().png().toBuffer())).face, { found: false, count: 0 }, 'this detector knows faces by their colour')
  const huge = await sharp(colours).resize(1900, 1425).png().toBuffer()
  t.match(await ask(huge), { status: 200, face: { found: true, count: 1 } }, 'a picture larger than what faces are cut out of')
  t.match(await ask(await sharp(colours).resize(8, 6).png().toBuffer()), { status: 200, face: { count: Number } }, 'a tiny one')
  t.match(await ask(await sharp(colours).rotate(90).withMetadata({ orientation: 8 }).png().toBuffer()), { status: 200, face: { found: true, count: 1 } }, 'turned by its orientation')
  t.match(await ask(await sharp({ create: { width: 3, height: 900, channels: 3, background: '#808080' } }).png().toBuffer()), { status: 200, face: { found: false, count: 0 } }, 'a line')
})

async function openExecutor (t: Test): Promise<{ executor: OrtExecutor, manifest: Awaited<ReturnType<typeof loadManifest>>['manifest'] }> {
  const folder = await loadManifest(publishedFolder(t))
  const model = await loadModel(folder, { provider: 'cpu', threads: 2 })
  const executor = await createOrtExecutor({ model, manifest: folder.manifest, settings: engineSettings({ modelFolder: '', executionProvider: 'cpu', logLevel: 'error' }) })
  t.teardown(() => { executor.dispose() })
  return { executor, manifest: folder.manifest }
}

async function encode (executor: OrtExecutor, rows: EncodeRow[]): Promise<EncodeResult[]> {
  return (await executor.execute({ phase: 'encode', rows })).rows
}

function expectFace (t: Test, { face, finding }: EncodeResult, { count, score, normed_embedding: expected }: GoldenScene): void {
  t.equal(finding.count, count)
  t.equal(finding.found, count > 0)
  if (expected === undefined || score === undefined) {
    t.notOk(face.some((value) => value !== 0), 'no face is zeros')
    return
  }
  t.ok(Math.abs(finding.score - score) < 1e-6)
  const length = Math.sqrt(face.length)
  const largest = Math.max(...expected.map((value, index) => Math.abs(value - (face[index] ?? NaN) / length)))
  t.ok(largest < TOLERANCE, `the embedding differs by ${largest}`)
  t.ok(Math.abs(Math.hypot(...face) - length) < 1e-4, 'its length is the root of its width')
}

async function png ({ rgb, width, height }: RgbPicture): Promise<Buffer> {
  return await sharp(rgb, { raw: { width, height, channels: 3 } }).png().toBuffer()
}

function at<T> (values: readonly T[], index: number): T {
  const value = values[index]
  if (value === undefined) throw new Error(`there is no ${index}`)
  return value
}
