import sharp from 'sharp'
import t, { type Test } from 'tap'
import { type App, buildApp } from '../../src/app.js'
import { loadManifest, modelFile, verifyFiles } from '../../src/artifacts/load-manifest.js'
import { systemClock } from '../../src/common/clock.js'
import { readConfig } from '../../src/config.js'
import { ForkedEngine } from '../../src/engine/client.js'
import { engineSettings } from '../../src/engine/settings.js'
import { OPEN_TO_ALL } from '../../src/http/api-keys.js'
import { modelPath } from '../../src/model-path.js'
import { describeModel } from '../../src/tasks/face-model.js'
import { loadTokenizer } from '../../src/text/tokenizer.js'

/** What a stranger gets: the committed model behind the whole server, its engine in a process of its own. */
async function serveDefaultModel (t: Test): Promise<{ app: App, engine: ForkedEngine }> {
  const folder = await loadManifest(modelPath('unif2ace-small'))
  const engine = new ForkedEngine({ settings: engineSettings({ modelFolder: folder.path, executionProvider: 'cpu', logLevel: 'error' }) })
  t.teardown(async () => { await engine.stop() })
  const model = describeModel(folder.manifest, await loadTokenizer(modelFile(folder, 'tokenizer.json')))
  const config = readConfig({}, { logLevel: 'silent' })
  const app = await buildApp({ models: [{ engine, model }], apiKeys: OPEN_TO_ALL, clock: systemClock, version: '0.0.0' }, config)
  t.teardown(async () => { await app.server.close() })
  await engine.whenReady()
  return { app, engine }
}

const AT_ONCE = 16
const numbers = Array.from({ length: AT_ONCE }, (_, index) => index)

async function generate ({ server }: App, seed: number, steps = 4): Promise<Buffer> {
  const payload = { prompt: 'a smiling woman with long blond hair, blue background', seed, num_inference_steps: steps }
  const response = await server.inject({ method: 'POST', url: '/v1/faces/generate', payload })
  if (response.statusCode !== 200) throw new Error(response.body)
  return response.rawPayload
}

async function ask ({ server }: App, path: 'caption' | 'vqa', picture: Buffer, question?: string): Promise<Record<string, unknown>> {
  const image = `data:image/png;base64,${picture.toString('base64')}`
  const payload = { image, max_tokens: 12, ...(question === undefined ? {} : { question }) }
  const response = await server.inject({ method: 'POST', url: `/v1/faces/${path}`, payload })
  if (response.statusCode !== 200) throw new Error(response.body)
  return response.json()
}

/** Steps of a phase with more than two rows, from the metrics that an operator sees: a busy machine hands some of the sixteen over late, so that a mean says more about it than about the engine. */
async function sharedSteps ({ server }: App, phase: string): Promise<number> {
  const { body } = await server.inject('/metrics')
  const steps = (part: string): number => Number(new RegExp(`^unif2ace_batch_rows_${part} (\\S+)$`, 'm').exec(body)?.[1])
  return steps(`count{phase="${phase}"}`) - steps(`bucket{le="2",phase="${phase}"}`)
}

t.test('the files of the default model are those of its manifest', async (t) => {
  const folder = await loadManifest(modelPath('unif2ace-small'))
  await verifyFiles(folder)
  const bytes = Object.values(folder.manifest.files).reduce((sum, file) => sum + file.bytes, 0)
  t.ok(bytes <= 40_000_000, 'a clone stays small')
})

t.test('the default model draws, describes and answers, sixteen of each at once, in common steps', async (t) => {
  const { app } = await serveDefaultModel(t)
  const pictures = await Promise.all(numbers.map(async (seed) => await generate(app, seed)))
  for (const picture of pictures) t.match(await sharp(picture).metadata(), { format: 'png', width: 160, height: 160 })
  const captions = await Promise.all(pictures.map(async (picture) => await ask(app, 'caption', picture)))
  for (const { caption } of captions) t.match(caption, /[a-z]{2,}/i)
  const answers = await Promise.all(pictures.map(async (picture) => await ask(app, 'vqa', picture, 'What colour is the hair?')))
  for (const { answer } of answers) t.match(answer, /[a-z]{2,}/i)
  // Two rows are one guided picture.
  t.ok(await sharedSteps(app, 'unmask') > 0, 'pictures share steps')
  t.ok(await sharedSteps(app, 'decode') > 0, 'texts share steps')
  t.same(await generate(app, 3), pictures[3], 'alone it is the same picture')
})

t.test('an engine killed half-way costs nobody an answer that had not begun to stream', async (t) => {
  const { app, engine } = await serveDefaultModel(t)
  const steps = 24
  const expected = await generate(app, 5, steps)
  let finished = 0
  const underWay = [5, 6, 7, 8].map(async (seed) => await generate(app, seed, steps).finally(() => { finished++ }))
  // Steps were taken since the last report of the engine.
  await new Promise<void>((resolve) => { engine.on('stats', ({ steps: { length } }) => { if (length > 0) resolve() }) })
  t.equal(finished, 0, 'all are under way')
  process.kill(engine.model()?.pid ?? 0, 'SIGKILL')
  const [picture] = await Promise.all(underWay)
  t.same(picture, expected, 'it was drawn again, the same')
  const { body } = await app.server.inject('/metrics')
  t.match(body, /^unif2ace_engine_restarts_total 1$/m)
  t.equal((await app.server.inject('/readyz')).statusCode, 200)
})
