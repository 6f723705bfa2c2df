/** Two models in one server, with their real engines: the debug model in both precisions. */
import { writeFile } from 'node:fs/promises'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { loadManifest } from '../../src/artifacts/load-manifest.js'
import type { Receipt } from '../../src/artifacts/receipt.js'
import { systemClock } from '../../src/common/clock.js'
import { readConfig } from '../../src/config.js'
import { OPEN_TO_ALL } from '../../src/http/api-keys.js'
import type { LoadedParts } from '../../src/tasks/backend.js'
import { describeModel } from '../../src/tasks/face-model.js'
import { loadTokenizer } from '../../src/text/tokenizer.js'
import { NO_BROWSER, openBrowser, visit } from '../support/browser.js'
import { commandLine } from '../support/command-line.js'
import { debugFolder, type DebugPrecision } from '../support/debug-model.js'
import { forkModel } from '../support/forked-model.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { until } from '../support/until.js'

const NAMES = { fp32: 'debug', int8: 'debug-int8' } as const
const image = dataUrl(await plainPng('teal'))

const engines = { fp32: forkModel(t, { threads: 1 }), int8: forkModel(t, { modelFolder: debugFolder('int8'), threads: 1 }) }
async function partsOf (precision: DebugPrecision): Promise<LoadedParts> {
  const folder = debugFolder(precision)
  await engines[precision].whenReady()
  return { engine: engines[precision], model: describeModel((await loadManifest(folder)).manifest, await loadTokenizer(`${folder}/tokenizer.json`)) }
}
const { server, models } = await buildApp({ models: [await partsOf('fp32'), await partsOf('int8')], apiKeys: OPEN_TO_ALL, clock: systemClock, version: '0.0.0' }, readConfig({}, { logLevel: 'silent' }))
t.teardown(async () => { await server.close() })
const origin = await server.listen({ port: 0, host: '127.0.0.1' })

interface Answer { model: string, receipt: Receipt, caption: string }

async function post (route: string, body: object): Promise<Answer> {
  const answer = await fetch(`${origin}/v1/faces/${route}`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body) })
  if (answer.status !== 200) throw new Error(`${route} answered ${answer.status}: ${await answer.text()}`)
  return await answer.json() as Answer
}
const draw = async (model: string, seed: number): Promise<Answer> => await post('generate', { prompt: 'a smiling woman', seed, num_inference_steps: 4, model })
const caption = async (model: string): Promise<Answer> => await post('caption', { image, seed: 3, temperature: 1, max_tokens: 12, model })
const codesOf = ({ receipt }: Answer): (string | undefined)[] => receipt.pictures.map(({ code_ids_sha256: sha256 }) => sha256)

t.test('what is asked of two models at the same time has the tokens that it has alone', async (t) => {
  const [fp32, int8] = [NAMES.fp32, NAMES.int8]
  const alone = { fp32: [await draw(fp32, 5), await draw(fp32, 6)], int8: [await draw(int8, 5), await draw(int8, 6)], words: [await caption(fp32), await caption(int8)] }
  const together = await Promise.all([draw(fp32, 5), draw(int8, 5), draw(fp32, 6), draw(int8, 6)])
  const words = await Promise.all([caption(int8), caption(fp32), draw(int8, 7)])
  t.same(together.map(codesOf), [alone.fp32[0], alone.int8[0], alone.fp32[1], alone.int8[1]].map((answer) => answer === undefined ? [] : codesOf(answer)))
  t.same([words[1].caption, words[0].caption], alone.words.map((answer) => answer.caption))
  t.same(together.map(({ model, receipt }) => [model, receipt.model.name, receipt.precision]), [[fp32, fp32, 'fp32'], [int8, int8, 'int8'], [fp32, fp32, 'fp32'], [int8, int8, 'int8']])
  t.not(codesOf(together[0])[0], codesOf(together[1])[0], 'they are two models')
})

t.test('a receipt is replayed by the model that made it, whichever of a server\'s that is', async (t) => {
  const file = `${t.testdir()}/receipt.json`
  const replay = async (...argv: string[]): Promise<{ code: number, told: string[] }> => await commandLine(['replay', file, '--url', origin, ...argv])
  for (const name of Object.values(NAMES)) {
    await writeFile(file, JSON.stringify(await draw(name, 9)))
    t.equal((await replay()).code, 0, name)
    t.equal((await replay('--model', name)).code, 0)
  }
  t.match(await replay('--model', NAMES.fp32), { code: 4, told: [/digest/] })
  t.match(await replay('--model', 'gpt-5'), { code: 1, told: [/serves no model gpt-5/] })
})

t.test('commands ask a server for the model that they name', async (t) => {
  const folder = t.testdir()
  const generate = async (...argv: string[]): Promise<Receipt> => JSON.parse((await commandLine(['generate', 'a man', '--seed', '4', '--num-inference-steps', '2', '--url', origin, '--force', '--json', '-o', `${folder}/face.png`, ...argv])).answer).receipt
  t.equal((await generate()).model.name, NAMES.fp32)
  t.equal((await generate('--model', NAMES.int8)).model.name, NAMES.int8)
  await writeFile(`${folder}/face.png`, await plainPng('teal'))
  const said = await commandLine(['caption', `${folder}/face.png`, '--max-tokens', '4', '--json', '--url', origin, '--model', NAMES.int8])
  t.equal(JSON.parse(said.answer).model, NAMES.int8)
  t.match(await commandLine(['caption', `${folder}/face.png`, '--url', origin, '--model', 'gpt-5']), { code: 1, told: [/404.*gpt-5/] })
})

t.test('in the playground a visitor chooses which model is asked', { skip: NO_BROWSER }, async (t) => {
  const { page, complaints } = await visit(await openBrowser(t), origin)
  await page.locator('#model[data-status=ready]').waitFor()
  t.same(await page.locator('#model-choice option').allTextContents(), Object.values(NAMES))
  await page.selectOption('#model-choice', NAMES.int8)
  t.equal(await page.locator('#model-choice').inputValue(), NAMES.int8)
  t.equal(await page.locator('#model').textContent(), 'int8 on cpu', 'its name stands in the choice beside it')
  await page.fill('#seed', '5')
  await page.click('#panel-make .primary')
  await page.locator('#save').waitFor()
  t.match(await page.locator('#snippet').textContent(), `"model": "${NAMES.int8}"`)
  t.same(complaints, [])
})

t.test('an engine that is killed comes back; the other model\'s requests do not notice', async (t) => {
  const before = codesOf(await draw(NAMES.fp32, 5))
  const pid = engines.int8.model()?.pid
  if (pid === undefined) throw new Error('the engine has no process')
  const drawn = [draw(NAMES.fp32, 5), draw(NAMES.fp32, 5)]
  const interrupted = draw(NAMES.int8, 5)
  await until(() => models.get(NAMES.int8).inFlight === 1)
  process.kill(pid, 'SIGKILL')
  for (const answer of await Promise.all(drawn)) t.same(codesOf(answer), before)
  t.equal((await interrupted).model, NAMES.int8, 'nobody had seen anything of it, so it was run again')
  t.not(engines.int8.model()?.pid, pid)
})

t.test('each model tells its own activated parameters', async (t) => {
  await until(async () => /unif2ace_activated_parameters_count\{[^}]*model="debug-int8"/.test(await (await fetch(`${origin}/metrics`)).text()))
  const text = await (await fetch(`${origin}/metrics`)).text()
  for (const name of Object.values(NAMES)) t.match(text, new RegExp(`unif2ace_model_parameters\\{part="total",model="${name}"\\} [0-9]`))
})
