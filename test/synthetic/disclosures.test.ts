/** Answers about emotions carry the notice that the EU AI Act asks for, whichever way they are asked for and in whatever form they come. */
import t from 'tap'
import { listenDebugApp } from '../support/debug-app.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { until } from '../support/until.js'

const { origin } = await listenDebugApp(t)
const image = dataUrl(await plainPng('teal', 32))
const NOTICE = /"disclosures":.{0,4}\[\{.*emotion.*Art\. 50\(3\)/

async function textOf (path: string, body: object): Promise<string> {
  const answer = await fetch(origin + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const text = await answer.text()
  t.ok(answer.ok, `${path}: ${text.slice(0, 200)}`)
  return text
}

async function jobOf (request: object): Promise<string> {
  const { id } = JSON.parse(await textOf('/v1/jobs', { task: 'vqa', request })) as { id: string }
  const result = async (): Promise<Response> => await fetch(`${origin}/v1/jobs/${id}/result`)
  await until(async () => (await result()).status !== 409)
  return await (await result()).text()
}

const chat = (question: string, more: object = {}) => ({ max_tokens: 2, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: image } }, { type: 'text', text: question }] }], ...more })
const WAYS: [string, (question: string) => Promise<string>][] = [
  ['an answer', async (question) => await textOf('/v1/faces/vqa', { image, question, max_tokens: 2 })],
  ['choices', async (question) => await textOf('/v1/faces/vqa', { image, question, choices: ['Yes.', 'No.'] })],
  ['a streamed answer', async (question) => await textOf('/v1/faces/vqa', { image, question, max_tokens: 2, stream: true })],
  ['a chat', async (question) => await textOf('/v1/chat/completions', chat(question))],
  ['a streamed chat', async (question) => await textOf('/v1/chat/completions', chat(question, { stream: true }))],
  ['/v2', async (question) => await textOf('/v2/models/understand/infer', { inputs: [['image', image], ['question', question]].map(([name, value]) => ({ name, datatype: 'BYTES', shape: [1], data: [value] })) }).then((text) => text.replaceAll('\\"', '"'))],
  ['a job', async (question) => await jobOf({ image, question, max_tokens: 2 })]
]

for (const [what, ask] of WAYS) {
  t.test(`${what} about an emotion carries the notice, one about a hat does not`, async (t) => {
    t.match(await ask('Is she happy?'), NOTICE)
    t.notMatch(await ask('Is there a hat?'), /disclosures/)
  })
}
