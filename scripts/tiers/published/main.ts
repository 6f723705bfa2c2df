/**
 * The tier of published weights (scripts/tiers/published.sh): `main.ts <work>`, a folder with `model`, `pictures` and what `write_expected.py` wrote.
 *
 * The engine embeds the pictures through the exported folder, a server draws and describes, and the reports say what became of the published tensors.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadManifest } from '../../../src/artifacts/load-manifest.js'
import type { EncodeResult } from '../../../src/engine/executor.js'
import { createOrtExecutor } from '../../../src/engine/ort-executor.js'
import { engineSettings } from '../../../src/engine/settings.js'
import { loadModel } from '../../../src/runtime/runtime.js'
import { fitPixels } from '../../../src/tasks/fit-pixels.js'
import { dataUrl } from '../../../test/support/pictures.js'
import { startServer } from '../parts/served.js'
import { Tally } from '../parts/tally.js'

/** What training's encoders say of a picture; `trained` is what the run was trained on, in float16. */
interface Expected { key: string, clip: number[], face: number[], found: boolean, trained?: { clip: number[], face: number[] } }

const [, , work = ''] = process.argv
const MAX_PIXELS = 20_000_000
/** Of the largest difference between features, which are near 1: float32 here and there, sums in another order. */
const TOLERANCE = 2e-4
/** float16 has eleven bits. */
const STORED_TOLERANCE = 4e-3

const tally = new Tally()
const expected = JSON.parse(readFileSync(join(work, 'expected.json'), 'utf8')) as Expected[]
await checkEmbeddings()
checkReports()
await checkServer()
process.exitCode = tally.close() ? 0 : 1

async function checkEmbeddings (): Promise<void> {
  const folder = await loadManifest(join(work, 'model'))
  const { manifest } = folder
  tally.check('the folder is of format 3', manifest.format_version === 3)
  const model = await loadModel(folder, { provider: 'cpu', threads: 1 })
  const executor = await createOrtExecutor({ model, manifest, settings: engineSettings({ modelFolder: '', executionProvider: 'cpu', logLevel: 'error' }) })
  const largest = { clip: 0, face: 0, stored: 0 }
  const lengths = { clip: Math.sqrt(manifest.sizes.clip_width), face: Math.sqrt(manifest.sizes.face_width) }
  let whole = 0
  let found = 0
  let alike = 0
  try {
    for (const one of expected) {
      const pixels = await fitPixels(picture(one.key), MAX_PIXELS, manifest.preprocessing)
      const [result] = (await executor.execute({ phase: 'encode', rows: [{ pixels }] })).rows as EncodeResult[]
      if (result === undefined) throw new Error(`nothing came of ${one.key}`)
      found += Number(result.finding.found)
      alike += Number(result.finding.found === one.found)
      whole += Number(Math.abs(Math.hypot(...result.clip) - lengths.clip) < TOLERANCE && Math.abs(Math.hypot(...result.face) - (result.finding.found ? lengths.face : 0)) < TOLERANCE)
      largest.clip = Math.max(largest.clip, difference(result.clip, one.clip))
      largest.face = Math.max(largest.face, difference(result.face, one.face))
      if (one.trained !== undefined) largest.stored = Math.max(largest.stored, difference(result.clip, one.trained.clip), difference(result.face, one.trained.face))
    }
  } finally {
    executor.dispose()
  }
  console.log(`${expected.length} pictures, a face in ${found}; largest differences: ${JSON.stringify(largest)}`)
  tally.check('a face is found where training found one', alike === expected.length, `in ${alike} of ${expected.length}`)
  tally.check('embeddings have the length √width, or 0 where no face is', whole === expected.length, `${whole} of ${expected.length}`)
  tally.check('most portraits have a face', found > expected.length / 2, `${found}`)
  tally.check('CLIP: TypeScript = Python', largest.clip < TOLERANCE, `${largest.clip}`)
  tally.check('faces: TypeScript = Python', largest.face < TOLERANCE, `${largest.face}`)
  tally.check('the run was trained on the same', largest.stored < STORED_TOLERANCE, `${largest.stored}`)
}

/** Every published tensor has a place, or is named as left over. */
function checkReports (): void {
  const report = JSON.parse(readFileSync(join(work, 'start', 'initialisation.json'), 'utf8')) as { new: string[], left_over: string[] }
  tally.check('nothing of Show-o is left over', report.left_over.length === 0, report.left_over.join(', '))
  tally.check('what is new is routers and experts', report.new.length > 0 && report.new.every((name) => /experts|gate|resampler|moe/.test(name)), report.new.join(', '))
  tally.check('the run has averaged weights', existsSync(join(work, 'run', 'ema.safetensors')))
}

async function checkServer (): Promise<void> {
  const server = await startServer({ UNIF2ACE_MODEL: join(work, 'model') })
  const ask = async (path: string, body: unknown): Promise<{ status: number, answer: Record<string, unknown> }> => {
    const response = await fetch(server.origin + path, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body) })
    return { status: response.status, answer: await response.json() as Record<string, unknown> }
  }
  try {
    const drawn = await ask('/v1/faces/generate', { prompt: 'a woman with red hair', seed: 1, num_inference_steps: 2 })
    tally.check('it draws', drawn.status === 200, JSON.stringify(drawn.answer).slice(0, 300))
    const one = expected.find(({ found }) => found)
    if (one === undefined) throw new Error('training found no face at all')
    const said = await ask('/v1/faces/caption', { image: dataUrl(picture(one.key)), seed: 1, max_tokens: 4 })
    tally.check('it describes, and has found the face', said.status === 200 && (said.answer['face'] as { found?: boolean } | undefined)?.found === true, JSON.stringify(said.answer))
  } finally {
    await server.stop()
  }
}

function picture (key: string): Buffer {
  return readFileSync(join(work, 'pictures', `${key}.png`))
}

function difference (values: ArrayLike<number>, others: readonly number[]): number {
  return values.length === others.length ? Math.max(...others.map((value, index) => Math.abs(value - (values[index] ?? NaN)))) : Infinity
}
