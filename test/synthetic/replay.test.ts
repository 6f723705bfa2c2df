/** Receipts replayed with the real engine and the debug model, here and on a server. */
import { readFile, writeFile } from 'node:fs/promises'
import t from 'tap'
import { forkEngine, type SpawnEngine, WORKER_PATH } from '../../src/engine/process.js'
import type { Receipt } from '../../src/artifacts/receipt.js'
import { commandLine, type CommandOutcome } from '../support/command-line.js'
import { listenDebugApp } from '../support/debug-app.js'
import { debugFolder } from '../support/debug-model.js'
import { TYPESCRIPT } from '../support/forked-toy.js'

const spawn: SpawnEngine = (listener) => forkEngine(WORKER_PATH, listener, TYPESCRIPT)
const LOCAL = ['--model', debugFolder(), '--execution-provider', 'cpu', '--threads', '2']
const { origin } = await listenDebugApp(t)
const folder = t.testdir()

const replay = async (argv: readonly string[], receipt: unknown): Promise<CommandOutcome> => {
  const file = `${folder}/receipt.json`
  await writeFile(file, typeof receipt === 'string' ? receipt : JSON.stringify(receipt))
  return await commandLine(['replay', file, ...argv], { spawn, environment: { UNIF2ACE_LOG_LEVEL: 'silent' } })
}
const generate = async (body: object, accept: string): Promise<Response> =>
  await fetch(`${origin}/v1/faces/generate`, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify(body) })

const answer = await (await generate({ prompt: 'a smiling woman', negative_prompt: 'a hat', seed: 7, num_inference_steps: 3, guidance_scale: 2, n: 2 }, 'application/json')).json() as { receipt: Receipt }
const { receipt } = answer
const [first] = receipt.pictures
if (first === undefined) throw new Error('the receipt has no picture')

t.test('a receipt of a server is replayed here: the same code ids', async (t) => {
  const { code, answer: said } = await replay(LOCAL, answer)
  t.equal(code, 0)
  t.equal(said, receipt.pictures.map(({ index, code_ids_sha256: sha256 }) => `picture ${index}: the same code ids, ${sha256}\n`).join(''))
})

t.test('words that differ from those of the receipt are refused, the same ones are not', async (t) => {
  const wish = ['--url', origin]
  t.match(await replay([...wish, '--prompt', 'a smiling man'], answer), { code: 2, told: [/the receipt says "a smiling woman" where --prompt says "a smiling man"; leave --prompt out/] })
  t.match(await replay([...wish, '--negative-prompt', 'a cap'], answer), { code: 2, told: [/leave --negative-prompt out/] })
  t.match(await replay([...wish, '--prompt', 'a smiling woman', '--negative-prompt', 'a hat'], answer), { code: 0 })
})

t.test('a receipt of a header needs its prompt, and is replayed on a server', async (t) => {
  const header = (await generate({ prompt: 'a smiling woman', seed: 9, num_inference_steps: 2 }, 'image/png')).headers.get('x-receipt') ?? ''
  const { code, answer: said } = await replay(['--url', origin, '--prompt', 'a smiling woman', '--json'], header)
  t.equal(code, 0)
  t.match(JSON.parse(said), { agrees: true, reasons: [], pictures: [{ index: 0, agrees: true }] })
  t.match(await replay(['--url', origin], header), { code: 2, told: [/does not hold the prompt/] })
  t.match(await replay(['--url', origin, '--prompt', 'a smiling man'], header), { code: 2, told: [/SHA-256 is another/] })
  t.match(await replay(['--url', origin, '--prompt', 'a smiling woman', '--negative-prompt', 'a hat'], header), { code: 2, told: [/without a negative prompt/] })
})

t.test('other settings make other pictures, and that is told by exit code 3', async (t) => {
  for (const changed of [{ ...receipt, seed: 8 }, { ...receipt, guidance_scale: 5 }, { ...receipt, num_inference_steps: 4 }]) {
    const { code, answer: said } = await replay(['--url', origin], changed)
    t.equal(code, 3)
    t.match(said, /^picture 0: other code ids, [0-9a-f]{64} instead of [0-9a-f]{64}\n/)
  }
  const wrong = { ...receipt, pictures: [first, { index: 1, code_ids_sha256: first.code_ids_sha256 }] }
  t.match(await replay(['--url', origin, '--json'], wrong), { code: 3, answer: /"agrees":false.*"index":0.*"agrees":true.*"index":1.*"agrees":false/ })
})

t.test('only the last of several pictures can be replayed too: its row is its own', async (t) => {
  t.match(await replay(['--url', origin], { ...receipt, pictures: receipt.pictures.slice(1) }), { code: 0, answer: /^picture 1: the same/ })
})

t.test('a receipt of another model, provider or of an edit is refused with the reasons and exit code 4', async (t) => {
  const other = { ...receipt, model: { name: 'other', digest: `sha256:${'0'.repeat(64)}` }, execution_provider: 'cuda', made_from: 'prompt_and_picture' }
  for (const where of [['--url', origin], LOCAL]) {
    const { code, told, answer: said } = await replay([...where, '--json'], other)
    t.equal(code, 4)
    t.match(told.join('\n'), /an edit[^]*the model other .* here is debug[^]*made on cuda, and cpu/)
    t.match(JSON.parse(said), { agrees: null, reasons: [/edit/, /digest/, /cuda/], pictures: [] })
  }
})

t.test('what is no receipt, no server or makes no sense is said, not tried', async (t) => {
  t.match(await replay(['--url', origin], 'nonsense'), { code: 2, told: [/receipt is JSON/] })
  t.match(await replay(['--url', origin], { ...receipt, format: 'unif2ace-receipt/2' }), { code: 2, told: [/no receipt of a version that is read here: \/format/] })
  t.match(await replay(['--url', 'ftp://x'], receipt), { code: 2, told: [/--url takes the address/] })
  t.match(await replay(['--url', 'http://127.0.0.1:1'], receipt), { code: 1, told: [/cannot be reached/] })
  t.match(await replay(['--url', origin, '--threads', '1'], receipt), { code: 2, told: [/--threads is about a model that is loaded here/] })
  t.match(await replay(['--api-key-file', 'x'], receipt), { code: 2, told: [/no effect without --url/] })
})

t.test('the JSON of the generate command is a receipt too', async (t) => {
  const made = await commandLine(['generate', 'an old man', '--num-inference-steps', '2', '--seed', '5', '--json', '-o', `${folder}/face.png`, ...LOCAL], { spawn })
  t.equal(made.code, 0, made.told.join('\n'))
  t.match(await replay(['--url', origin], made.answer), { code: 0 })
  t.match((await readFile(`${folder}/face.png`)).toString('latin1'), /XML:com\.adobe\.xmp.*trainedAlgorithmicMedia/s)
})
