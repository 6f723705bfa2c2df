import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import t from 'tap'
import { commandLine } from '../../support/command-line.js'
import { MISCHIEF } from '../../support/mischief.js'
import { plainPng } from '../../support/pictures.js'
import { toyFolder } from '../../support/toy-folder.js'

t.test('generate writes the picture, answers with its name, and tells the seed', async (t) => {
  const model = toyFolder(t)
  const file = `${t.testdirName}/face.webp`
  const outcome = await commandLine(['generate', 'a face', '-o', file, '--seed', '7', '--model', model, '--num-inference-steps', '6'])
  t.match(outcome, { code: 0, answer: `${file}\n` })
  t.same(outcome.told, ['seed 7, 6 steps, guidance scale 3, 4x4 pixels'], 'nothing in passing where nobody watches')
  t.match(await sharp(await readFile(file)).metadata(), { format: 'webp', width: 4 })
  t.same(outcome.shown, [], 'no bar in a pipe')
  const before = await readFile(file)
  t.match(await commandLine(['generate', 'a face', '-o', file, '--model', model]), { code: 2, told: [/exists already.*--force/] })
  t.same(await readFile(file), before)
  t.equal((await commandLine(['generate', 'a face', '-o', file, '--seed', '8', '--force', '--model', model])).code, 0)
  t.notSame(await readFile(file), before)
})

t.test('several pictures get a number each, and JSON says all of them', async (t) => {
  const model = toyFolder(t)
  const stem = `${t.testdirName}/men`
  const { code, answer } = await commandLine(['generate', 'a face', '-o', `${stem}.png`, '-n', '2', '--seed', '3', '--json', '--model', model])
  t.equal(code, 0)
  t.match(JSON.parse(answer), { files: [`${stem}-0.png`, `${stem}-1.png`], seed: 3, num_inference_steps: 4, guidance_scale: 3, size: '4x4', usage: { output_tokens: 32, activated_parameters: { source: 'measured' } } })
  t.ok(existsSync(`${stem}-0.png`) && existsSync(`${stem}-1.png`))
})

t.test('the picture itself goes to standard output, and nothing else does', async (t) => {
  const model = toyFolder(t)
  const { code, bytes, told, shown } = await commandLine(['generate', 'a face', '-o', '-', '--seed', '7'], { isInteractive: true, environment: { UNIF2ACE_MODEL: model } })
  t.equal(code, 0)
  t.match(await sharp(bytes).metadata(), { format: 'png', width: 4 })
  t.same(told, [])
  t.equal(shown.at(0), 'loading toy …')
  t.ok(shown.slice(1).every((line) => /^(unmasking \[█+·+\] \d\/4 steps)?$/.test(line)), shown.join())
  t.equal(shown.at(-1), '', 'the bar is gone at the end')
})

t.test('caption writes about a file or standard input, the same for both', async (t) => {
  const model = toyFolder(t)
  const file = `${t.testdirName}/face.png`
  const picture = await plainPng('teal')
  await writeFile(file, picture)
  const fromFile = await commandLine(['caption', file, '--model', model, '--max-tokens', '6'])
  t.equal(fromFile.code, 0)
  t.match(fromFile.answer, /^.*\n$/)
  const fromInput = await commandLine(['caption', '-', '--model', model, '--max-tokens', '6', '--json'], { input: picture })
  t.equal(`${JSON.parse(fromInput.answer).caption}\n`, fromFile.answer)
  t.match(JSON.parse(fromInput.answer), { finish_reason: String, seed: Number, face: { found: true }, usage: { completion_tokens: Number } })
})

t.test('ask answers with the likeliest choice, and tells the probabilities', async (t) => {
  const model = toyFolder(t)
  const input = await plainPng('teal')
  const { code, answer, told } = await commandLine(['ask', '-', 'which?', '--choice', 'red', '--choice', 'blue', '--model', model], { input })
  t.equal(code, 0)
  t.match(answer, /^(red|blue)\n$/)
  t.match(told.slice(-2), [/^ *\d+\.\d % {2}red$/, /^ *\d+\.\d % {2}blue$/])
  const json = JSON.parse((await commandLine(['ask', '-', 'which?', '--choice', 'red', '--choice', 'blue', '--json', '--model', model], { input })).answer)
  t.equal(`${json.answer}\n`, answer)
  t.equal(json.choices.length, 2)
  t.match((await commandLine(['ask', '-', 'which?', '--model', model, '--max-tokens', '2'], { input })).told.at(-1), /--max-tokens/)
})

t.test('what does not work ends with 1 and its reason', async (t) => {
  const model = toyFolder(t)
  const cases: [string[], RegExp][] = [
    [['generate', 'abcdefghijklmn', '-o', '-', '--model', model], /14 tokens and the model takes at most 13.*prompt_too_long/],
    [['caption', `${t.testdirName}/absent.png`, '--model', model], /there is no file or folder .*absent\.png/],
    [['caption', '-', '--model', model], /none of the formats.*image_format_unsupported/],
    [['generate', 'a', '-o', '-', '--model', './nowhere'], /no model at .*nowhere/],
    [['generate', 'a', '-o', `${t.testdirName}/no/such/folder/face.png`, '--model', model], /no file or folder .*no.such.folder/]
  ]
  for (const [argv, message] of cases) {
    const { code, answer, told } = await commandLine(argv, { input: Buffer.from('no picture') })
    t.match({ code, answer, last: told.at(-1) }, { code: 1, answer: '', last: message }, argv.join(' '))
  }
})

t.test('verify says what it checked, and what is wrong with a folder', async (t) => {
  const model = toyFolder(t)
  const sound = await commandLine(['verify', model])
  t.equal(sound.code, 0)
  t.match(sound.answer, /^manifest {2}toy, fp32, Apache-2\.0: .*\ndigest {4}sha256:[0-9a-f]{64}\nfiles {5}3 files, .* SHA-256 .*\nengine {4}loaded and warmed up on cpu in .* s\n$/)
  await writeFile(`${model}/toy.onnx`, 'NO GRAPH')
  t.match(await commandLine(['verify', model]), { code: 1, answer: /^manifest.*\ndigest.*\n$/, told: { length: Number } })
  t.match((await commandLine(['verify', model])).told.at(-1), /toy\.onnx is not the file of the manifest: its sha256/)
  await writeFile(`${model}/toy.onnx`, 'longer than it was')
  t.match((await commandLine(['verify', model])).told.at(-1), /its size in bytes is 18 and should be 8/)
})

t.test('verify finds what only loading finds', async (t) => {
  t.match((await commandLine(['verify', toyFolder(t, MISCHIEF.missingFolder)])).told.at(-1), /model_folder_missing/)
})

t.test('verify --files-only compares the files of the set model and loads nothing', async (t) => {
  const model = toyFolder(t, MISCHIEF.missingFolder)
  const check = async () => await commandLine(['verify', '--files-only'], { environment: { UNIF2ACE_MODEL: model } })
  t.match(await check(), { code: 0, answer: /\nfiles {5}3 files, .* SHA-256 of the manifest\n$/ })
  await writeFile(`${model}/toy.onnx`, 'NO GRAPH')
  t.match(await check(), { code: 1, answer: /^manifest.*\ndigest.*\n$/ })
})

t.test('serve runs until a signal, its log on standard output', async (t) => {
  const signals = new EventEmitter()
  const outcome = await commandLine(['serve', '--port', '0', '--model', toyFolder(t)], { signals, onAnswer: (line) => { if (line.includes('"ready on')) signals.emit('SIGTERM') } })
  t.equal(outcome.code, 0)
  t.ok(outcome.answer.trimEnd().split('\n').every((line) => JSON.parse(line).level !== undefined))
  t.same(outcome.told, [])
})
