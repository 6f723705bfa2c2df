/** Commands about pictures and folders of them, by themselves and against a server, over the real engine and the debug model. */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import t, { type Test } from 'tap'
import { forkEngine, WORKER_PATH } from '../../src/engine/process.js'
import { commandLine, type CommandOutcome } from '../support/command-line.js'
import { listenDebugApp } from '../support/debug-app.js'
import { debugFolder } from '../support/debug-model.js'
import { TYPESCRIPT } from '../support/forked-toy.js'
import { plainPng } from '../support/pictures.js'

const { origin } = await listenDebugApp(t)
const model = debugFolder()
/** A command with an engine of its own. */
const here = async (...argv: string[]): Promise<CommandOutcome> => await commandLine([...argv, '--model', model], { spawn: (listener) => forkEngine(WORKER_PATH, listener, TYPESCRIPT) })
/** The same command against the server; no engine can be started. */
const there = async (...argv: string[]): Promise<CommandOutcome> => await commandLine([...argv, '--url', origin], { spawn: () => { throw new Error('no engine is to be started') } })
const linesOf = (text: string): Record<string, unknown>[] => text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)

/** Two pictures, one of them in a folder within, a text, and where answers go. */
async function folderOf (t: Test): Promise<{ folder: string, one: string, two: string, output: string }> {
  const folder = `${t.testdir()}/photos`
  await mkdir(`${folder}/within`, { recursive: true })
  const one = `${folder}/one.png`
  const two = `${folder}/within/two.PNG`
  await writeFile(one, await plainPng('teal', 32))
  await writeFile(two, await plainPng('red', 32))
  await writeFile(`${folder}/note.txt`, 'no picture')
  return { folder, one, two, output: `${t.testdirName}/answers.jsonl` }
}

t.test('attributes of a picture read like a list, the same here and on a server', async (t) => {
  const { one } = await folderOf(t)
  const wish = ['attributes', one, '--attribute', 'nose', '--attribute', 'hair_colour', '--threshold', '0']
  const local = await here(...wish)
  t.match(local, { code: 0, answer: /^nose: (narrow|average|wide), \d+ %\nhair colour: [a-z ]+, \d+ %\n$/ })
  t.match(await there(...wish), { code: 0, answer: local.answer })
  t.match(await there(...wish.slice(0, -1), '1'), { code: 0, answer: /^nose: not sure, \d+ %\n/ })
  t.match(JSON.parse((await there(...wish, '--json')).answer), { attributes: [{ name: 'nose' }, { name: 'hair_colour' }], usage: {} })
  const feeling = await there('attributes', one, '--attribute', 'emotion')
  t.match(feeling.told.at(-1), /feeling.*Art\. 50/)
})

t.test('probabilities, a missing face and a text that was cut are told of a server\'s answer too', async (t) => {
  const { one } = await folderOf(t)
  const chosen = await there('ask', one, 'Does the person wear glasses?', '--choice', 'yes', '--choice', 'no')
  t.match(chosen, { code: 0, answer: /^(yes|no)\n$/, told: [/^ *\d+\.\d % {2}yes$/, /^ *\d+\.\d % {2}no$/] })
  t.match(await there('caption', one, '--max-tokens', '1'), { code: 0, told: ['no face was found in the picture; the answer is about whatever is there', 'the text ends where --max-tokens was reached'] })
})

t.test('a folder is one line of JSON a picture, and a run that was stopped goes on', async (t) => {
  const { folder, one, two, output } = await folderOf(t)
  await writeFile(two, 'broken')
  const wish = ['attributes', folder, '--attribute', 'nose', '-o', output]
  t.match(await there(...wish), { code: 1, answer: '', told: ['asking about pictures 1/2 pictures', 'asking about pictures 2/2 pictures', '1 of 2 pictures failed; their lines say why'] })
  t.match(linesOf(await readFile(output, 'utf8')), [{ file: one, attributes: [{ name: 'nose' }] }, { file: two, error: { code: 'image_format_unsupported', message: /formats/ } }])
  await appendFile(output, '{"file": "half a li')
  await writeFile(two, await plainPng('red', 32))
  t.match(await there(...wish), { code: 0, told: [`1 of 2 pictures have an answer in ${output} already`, 'asking about pictures 1/1 pictures'] })
  const lines = linesOf(await readFile(output, 'utf8'))
  t.match(lines.map(({ file }) => file), [one, two, two])
  t.match(lines.at(-1), { attributes: [{ name: 'nose' }] })
  t.match(await there(...wish), { code: 0, told: [`2 of 2 pictures have an answer in ${output} already`] })
  await writeFile(output, 'something else\n')
  t.match(await there(...wish), { code: 2, told: [/line 1 is no answer about a picture/] })
  t.equal(await readFile(output, 'utf8'), 'something else\n')
})

t.test('a run over a folder waits where the queue is full, and goes on', async (t) => {
  const { folder, one, two } = await folderOf(t)
  const busy = await listenDebugApp(t, { maxQueueRequests: '1' })
  const inFront = busy.admission.admit('generate', 1)
  t.ok(inFront.admitted)
  const told: string[] = []
  const { code, answer } = await commandLine(['caption', folder, '--max-tokens', '2', '--url', busy.origin], {
    onTold: (line) => {
      told.push(line)
      if (inFront.admitted) inFront.ticket.release()
    }
  })
  t.equal(code, 0)
  t.match(linesOf(answer), [{ file: one, caption: String }, { file: two, caption: String }])
  t.match(told, [/answered 429: .*Asking again in \d+\.\d s/, /asking about pictures 1\/2/, /asking about pictures 2\/2/, /^waited \d+\.\d s in all, as the server asked$/])
  const still = busy.admission.admit('generate', 1)
  t.match(await commandLine(['caption', one, '--url', busy.origin]), { code: 1, told: [/answered 429/] }, 'about one picture a person is told at once')
  if (still.admitted) still.ticket.release()
})

t.test('captions and answers about a folder are the same here and on a server', async (t) => {
  const { folder, one, two } = await folderOf(t)
  const pick = (outcome: CommandOutcome) => linesOf(outcome.answer).map(({ file, caption, answer, choices, seed, finish_reason: reason }) => ({ file, caption, answer, choices, seed, reason }))
  const captions = ['caption', folder, '--max-tokens', '5', '--temperature', '1', '--top-p', '0.9', '--seed', '3']
  const described = pick(await here(...captions))
  t.match(described, [{ file: one, caption: String, seed: 3 }, { file: two, caption: String }])
  t.same(pick(await there(...captions)), described)
  t.notSame(pick(await there(...captions.slice(0, -1), '4')).map(({ caption }) => caption), described.map(({ caption }) => caption))
  const question = ['ask', folder, 'Is there a hat?', '--choice', 'Yes.', '--choice', 'No.', '--seed', '1']
  const answered = pick(await here(...question))
  t.match(answered, [{ file: one, answer: /Yes\.|No\./, choices: [{ text: 'Yes.' }, { text: 'No.' }] }, { file: two }])
  t.same(pick(await there(...question)), answered)
  t.match(await there('caption', one, '--max-tokens', '5', '--temperature', '1', '--top-p', '0.9', '--seed', '3'), { code: 0, answer: `${String(described[0]?.caption)}\n` })
})

t.test('--experts tells which experts the passes chose: in JSON in the usage, else a line a layer', async (t) => {
  const { folder, one } = await folderOf(t)
  const lines = [/^experts of understand: /, /^layer 0: routed 0 \d+ %, 1 /, /^layer 1: routed/]
  const wish = ['caption', one, '--max-tokens', '4', '--seed', '3']
  const local = await here(...wish, '--experts')
  t.match(local.told.slice(-3), [/ of the 1 passes over a picture$/, /; of pictures copy \d+ %, copy \d+ %, clip \d+ %, face \d+ %$/, /^layer 1/])
  t.match(local.told.slice(-3), lines)
  const silent = await there(...wish)
  t.equal(silent.answer, local.answer, 'the answer is the same')
  t.notMatch(silent.told, [/experts/])
  t.match(linesOf((await here('ask', folder, 'Hat?', '--choice', 'Yes.', '--choice', 'No.', '--experts')).answer), [{ usage: { experts: { group: 'understand', layers: [{ layer: 0 }, { layer: 1 }] } } }, { usage: { experts: {} } }])
  for (const rest of [['caption', one], ['ask', one, 'Is there a hat?', '--choice', 'Yes.', '--choice', 'No.'], ['attributes', one, '--attribute', 'nose']]) {
    t.match((await there(...rest, '--experts')).told.filter((line) => /expert|layer/.test(line)), lines, rest.join(' '))
    t.match(JSON.parse((await there(...rest, '--json', '--experts')).answer), { usage: { experts: { group: 'understand' } } })
    t.notOk('experts' in (JSON.parse((await there(...rest, '--json')).answer) as { usage: object }).usage)
  }
  t.match((await there('ask', one, 'Who is this?', '--experts')).told, ['no pass took place, so no expert was chosen'])
})

t.test('what cannot be meant is refused before anything is done', async (t) => {
  const { folder, one, output } = await folderOf(t)
  await mkdir(`${folder}/empty`)
  const cases: [string[], RegExp][] = [
    [['attributes', one, '--attribute', 'ethnicity'], /--attribute must be one of age, gender,.*"ethnicity"/],
    [['attributes', one, '--threshold', '2'], /--threshold must be <= 1/],
    [['caption', one, '-o', output, '--url', origin], /-o is for the answers about a folder/],
    [['caption', `${folder}/empty`, '--url', origin], /there is no picture in/],
    [['ask', one, 'Hat?', '--api-key-file', one], /--api-key-file has no effect without --url/],
    [['caption', one, '--url', origin, '--threads', '1'], /--threads is about a model that is loaded here/],
    [['caption', one, '--url', 'localhost'], /--url takes the address of a server/]
  ]
  for (const [argv, said] of cases) t.match(await commandLine(argv), { code: 2, answer: '', told: [said] }, argv.join(' '))
  t.match(await commandLine(['caption', one, '--url', 'http://127.0.0.1:9']), { code: 1, told: [/cannot be reached/] })
})
