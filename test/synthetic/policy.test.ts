/** The policy over the real engine and the debug model, through every route. */
import { writeFile } from 'node:fs/promises'
import t from 'tap'
import { foldWords } from '../../src/policy/fold-text.js'
import { listenDebugApp } from '../support/debug-app.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { readPrometheusText } from '../support/prometheus-text.js'
import { readEvents } from '../support/server-sent-events.js'

const image = dataUrl(await plainPng('teal', 32))

const { origin, server } = await listenDebugApp(t)
const post = async (path: string, body: object, from = origin): Promise<{ status: number, body: Record<string, unknown> }> => {
  const answer = await fetch(`${from}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body) })
  return { status: answer.status, body: await answer.json() as Record<string, unknown> }
}
const refusals = async (category: string): Promise<number | undefined> => {
  const family = readPrometheusText((await server.inject('/metrics')).body).get('unif2ace_policy_refusals_total')
  return family?.samples.find(({ labels }) => labels['category'] === category)?.value
}

t.test('a prompt that the policy refuses is an error on every route that makes pictures, and is counted', async (t) => {
  t.equal(await refusals('minors'), 0)
  for (const [path, body] of [['/v1/faces/generate', {}], ['/v1/images/generations', {}], ['/v1/images/edits', { image }]] as const) {
    const answer = await post(path, { prompt: 'a little girl', ...body })
    t.match(answer, { status: 400, body: { error: { code: 'content_filter', type: 'invalid_request_error', param: 'prompt', message: /policy on minors.*"girl".*adults only/s } } }, path)
  }
  t.equal(await refusals('minors'), 3)
  t.match(await post('/v1/faces/generate', { prompt: 'a woman', negative_prompt: 'adult' }), { status: 400, body: { error: { code: 'content_filter', param: 'negative_prompt' } } })
  t.match(await post('/v1/faces/generate', { prompt: 'a woman', negative_prompt: 'child', num_inference_steps: 1 }), { status: 200 }, 'to steer away from something is not to ask for it')
})

t.test('a question that the policy refuses is answered with its message, and nobody looks at the picture', async (t) => {
  const refused = await post('/v1/faces/vqa', { image, question: 'Is she Muslim?' })
  t.match(refused, { status: 200, body: { finish_reason: 'content_filter', answer: /does not infer religion/, refusal: { category: 'religion' }, usage: { total_tokens: 0, forward_passes: 0, activated_parameters: { min: 0, max: 0 } } } })
  t.notOk('face' in refused.body)
  t.match(await post('/v1/faces/vqa', { image, question: 'Which is it?', choices: ['straight', 'gay'] }), { status: 200, body: { finish_reason: 'content_filter', refusal: { category: 'sexual_orientation' } } }, 'choices are questions too')
  const answered = await post('/v1/faces/vqa', { image, question: 'What colour is the hair?', max_tokens: 4 })
  t.match(answered, { status: 200, body: { finish_reason: /stop|length/, face: {} } })
  t.notOk('refusal' in answered.body)
  t.notOk('disclosures' in answered.body)
})

t.test('a stream that is refused has the message and the same last event', async (t) => {
  const answer = await fetch(`${origin}/v1/faces/vqa`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ image, question: 'Who is this?', stream: true }) })
  const { events } = readEvents(await answer.text())
  t.match(events.map(({ event }) => event), ['answer.delta', 'answer.completed'])
  t.match(events.at(1)?.body, { finish_reason: 'content_filter', refusal: { category: 'identity' }, answer: /identifies nobody/ })
})

t.test('an answer about a feeling carries the notice that the law asks for', async (t) => {
  const answer = await post('/v1/faces/vqa', { image, question: 'Is the person happy?', max_tokens: 3 })
  t.match(answer, { status: 200, body: { finish_reason: /stop|length/, disclosures: [{ category: 'emotion', message: /Art\. 50\(3\)/ }] } })
})

t.test('another policy file is another policy, and holds written answers too', async (t) => {
  const question = { image, question: 'What colour is the hair?', max_tokens: 40 }
  const { body: { answer: written, usage } } = await post('/v1/faces/vqa', question)
  const { completion_tokens: used } = usage as { completion_tokens: number }
  const [word] = foldWords(String(written)).slice(0, -1)
  if (word === undefined) throw new Error(`the debug model wrote no whole word: ${String(written)}`)
  const policyFile = `${t.testdir()}/policy.yaml`
  await writeFile(policyFile, `version: 1\nrules:\n  word:\n    enabled: true\n    action: refuse\n    message: Not this word.\n    checks:\n      - in: [answer]\n        terms: ["${word}"]\n`)
  const strict = await listenDebugApp(t, { policyFile })
  t.match(await post('/v1/faces/vqa', question, strict.origin), { status: 200, body: { answer: 'Not this word.', finish_reason: 'content_filter', refusal: { category: 'word' }, face: {}, usage: { completion_tokens: used } } })
  t.match(await post('/v1/faces/vqa', { image, question: 'Is she Muslim?', max_tokens: 1 }, strict.origin), { body: { finish_reason: /stop|length/ } }, 'the default rules are not there')
  const stream = await fetch(`${strict.origin}/v1/faces/vqa`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...question, stream: true }) })
  const { events } = readEvents(await stream.text())
  t.match(events.at(-1)?.body, { answer: 'Not this word.', finish_reason: 'content_filter' })
  const shown = events.slice(0, -1).map(({ body }) => String(body['delta'])).join('')
  t.ok(String(written).startsWith(shown) && shown.length < String(written).length, 'it ended where the word did')
})
