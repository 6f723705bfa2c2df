/** `generate` from a file of prompts, by itself and against a server, over the real engine and the debug model. */
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import t, { type Test } from 'tap'
import { forkEngine, WORKER_PATH } from '../../src/engine/process.js'
import { commandLine, type CommandOutcome } from '../support/command-line.js'
import { listenDebugApp } from '../support/debug-app.js'
import { debugFolder } from '../support/debug-model.js'
import { TYPESCRIPT } from '../support/forked-toy.js'

const { origin } = await listenDebugApp(t)
const here = async (...argv: string[]): Promise<CommandOutcome> => await commandLine(['generate', ...argv, '--model', debugFolder()], { spawn: (listener) => forkEngine(WORKER_PATH, listener, TYPESCRIPT) })
const there = async (...argv: string[]): Promise<CommandOutcome> => await commandLine(['generate', ...argv, '--url', origin], { spawn: () => { throw new Error('no engine is to be started') } })
const FIELDS = ['--seed', '3', '--num-inference-steps', '2']

async function linesOf (folder: string): Promise<Record<string, unknown>[]> {
  return (await readFile(`${folder}/pictures.jsonl`, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
}

async function promptsOf (t: Test, text: string): Promise<{ file: string, folder: string }> {
  const root = t.testdir()
  await writeFile(`${root}/prompts.txt`, text)
  return { file: `${root}/prompts.txt`, folder: `${root}/faces` }
}

t.test('each line is a picture, the same here and on a server; fields of a line go before flags', async (t) => {
  const { file, folder } = await promptsOf(t, 'a woman\n\n{"prompt": "a man", "seed": 5, "n": 2, "output_format": "webp"}\n')
  t.match(await here('--prompts', file, '-o', folder, ...FIELDS), { code: 0, answer: '' })
  const lines = await linesOf(folder)
  t.match(lines, [
    { file: /^0001-[0-9a-f]{8}\.png$/, prompt: 'a woman', seed: 3, num_inference_steps: 2, receipt: {}, usage: {} },
    { file: /^0003-[0-9a-f]{8}-0\.webp$/, files: [/-0\.webp$/, /-1\.webp$/], prompt: 'a man', seed: 5, num_inference_steps: 2 }
  ])
  t.match(await there('--prompts', file, '-o', `${folder}-there`, ...FIELDS), { code: 0 })
  t.same((await linesOf(`${folder}-there`)).map(({ file, receipt }) => ({ file, receipt })), lines.map(({ file, receipt }) => ({ file, receipt })))
  const files = (await readdir(folder)).filter((name) => name !== 'pictures.jsonl')
  t.equal(files.length, 3)
  for (const name of files) t.same(await readFile(`${folder}/${name}`), await readFile(`${folder}-there/${name}`), name)
})

t.test('a run that was stopped goes on, and a refused prompt does not end the others', async (t) => {
  const { file, folder } = await promptsOf(t, 'a woman\na nude woman\n')
  t.match(await there('--prompts', file, '-o', folder, ...FIELDS), { code: 1, told: ['making pictures 1/2 prompts', 'making pictures 2/2 prompts', /^1 of 2 prompts were refused/] })
  t.match(await linesOf(folder), [{ prompt: 'a woman', seed: 3 }, { prompt: 'a nude woman', error: { code: 'content_filter' } }])
  await appendFile(`${folder}/pictures.jsonl`, '{"file": "half a li')
  await writeFile(file, 'a woman\na man\n')
  t.match(await there('--prompts', file, '-o', folder, ...FIELDS), { code: 0, told: [`1 of 2 prompts have their pictures in ${folder} already`, 'making pictures 1/1 prompts'] })
  t.match((await linesOf(folder)).map(({ prompt }) => prompt), ['a woman', 'a nude woman', 'a man'])
  t.match(await there('--prompts', file, '-o', folder, ...FIELDS), { code: 0, told: [`2 of 2 prompts have their pictures in ${folder} already`] })
})

t.test('one prompt can be asked of a server too', async (t) => {
  const folder = t.testdir()
  t.match(await there('a woman', '-o', `${folder}/there.png`, ...FIELDS), { code: 0, answer: `${folder}/there.png\n`, told: [/^seed 3, 2 steps/] })
  t.match(await here('a woman', '-o', `${folder}/here.png`, ...FIELDS), { code: 0 })
  t.same(await readFile(`${folder}/there.png`), await readFile(`${folder}/here.png`))
})

t.test('--experts tells which experts the passes chose: in JSON in the usage, else a line a layer', async (t) => {
  const { file, folder } = await promptsOf(t, 'a woman\n')
  const lines = [/^experts of generate: .* 4 passes over a picture$/, /^layer 0: routed 0 \d+ %.*; of pictures copy \d+ %, copy \d+ %, zero \d+ %, noise \d+ %$/, /^layer 1: /]
  const told = ({ told }: CommandOutcome): string[] => told.filter((line) => /expert|layer/.test(line))
  const [one, two] = [await here('a woman', '-o', `${file}-1.png`, ...FIELDS, '--experts'), await there('a woman', '-o', `${file}-2.png`, ...FIELDS, '--experts')]
  t.match(told(one), lines)
  t.match(told(two), lines)
  t.match(JSON.parse((await there('a woman', '-o', `${file}-3.png`, ...FIELDS, '--experts', '--json')).answer), { usage: { experts: { group: 'generate', picture_passes: 4 } } })
  t.match(await there('--prompts', file, '-o', folder, ...FIELDS, '--experts'), { code: 0 })
  t.match(await linesOf(folder), [{ prompt: 'a woman', usage: { experts: { group: 'generate' } } }])
  t.match(await there('--prompts', file, '-o', folder, ...FIELDS), { code: 0, told: [/have their pictures/] }, 'they are the same pictures')
})

t.test('what cannot be meant is refused before anything is made', async (t) => {
  const { file, folder } = await promptsOf(t, 'a woman\n{"prompt": "a", "steps": 3}\n')
  const cases: [string[], RegExp][] = [
    [[], /a PROMPT, or a file/],
    [['a woman', '--prompts', file, '-o', folder], /a PROMPT, or a file/],
    [['--prompts', file], /-o names the folder/],
    [['--prompts', file, '-o', folder, '--json'], /--json and --force are for one PROMPT/],
    [['--prompts', file, '-o', folder], /line 2: there is no field steps here/]
  ]
  for (const [argv, said] of cases) t.match(await commandLine(['generate', ...argv]), { code: 2, answer: '', told: [said] }, argv.join(' '))
  for (const [text, said] of [['{"prompt": "a"', /line 1 begins like a JSON object/], ['{"prompt": "a", "seed": -1}', /line 1: seed must be/], ['\n', /there is no prompt/]] as const) {
    await writeFile(file, text)
    t.match(await commandLine(['generate', '--prompts', file, '-o', folder]), { code: 2, told: [said] }, text)
  }
})
