/** The generated TypeScript client against the real engine and the debug model. */
import t from 'tap'
import { createClient, ServerError } from '../../clients/typescript/client.js'
import { listenDebugApp } from '../support/debug-app.js'
import { plainPng } from '../support/pictures.js'
import { until } from '../support/until.js'

const { origin, admission } = await listenDebugApp(t)
const client = createClient({ baseUrl: origin })
const image = `data:image/png;base64,${(await plainPng('teal', 32)).toString('base64')}`

t.test('answers are typed by their route, and so are refusals', async (t) => {
  const { data } = await client.POST('/v1/faces/vqa', { body: { image, question: 'which hat?', choices: ['yes', 'no'] } })
  t.match(data?.choices?.map(({ text }) => text), ['yes', 'no'])
  t.ok(data !== undefined && data.usage.activated_parameters.mean > 0)
  const { data: job } = await client.POST('/v1/jobs', { body: { task: 'caption', request: { image, max_tokens: 2 } } })
  const id = job?.id ?? ''
  await until(async () => (await client.GET('/v1/jobs/{id}', { params: { path: { id } } })).data?.state === 'succeeded')
  const { error, response } = await client.GET('/v1/models/{id}', { params: { path: { id: 'other' } } })
  t.match([response.status, error?.error.code], [404, 'model_not_found'])
})

t.test('a stream is a loop over typed events', async (t) => {
  const { data: face } = await client.POST('/v1/faces/generate', { body: { prompt: 'a', seed: 1, num_inference_steps: 2 } })
  t.equal(face?.data[0]?.index, 0, 'JSON is asked for')
  const { data: whole } = await client.POST('/v1/faces/caption', { body: { image, max_tokens: 5 } })
  let words = ''
  let last = ''
  for await (const event of client.stream('/v1/faces/caption', { image, max_tokens: 5 })) {
    if (event.type === 'caption.delta') words += event.delta
    else last = event.caption
  }
  t.ok(words)
  t.same([words, last], [whole?.caption, whole?.caption])
  const shown: number[] = []
  for await (const event of client.stream('/v1/images/generations', { prompt: 'a', seed: 1, num_inference_steps: 3, partial_images: 2 })) {
    shown.push(event.type === 'image_generation.partial_image' ? event.decided : event.usage.output_tokens)
  }
  t.equal(shown.at(-1), face?.usage.output_tokens)
  const [first = 0, second = 0, ...rest] = shown.slice(0, -1)
  t.ok(first > 0 && first < second && second < 1 && rest.length === 0, 'two steps of three were shown')
})

t.test('chat streams are typed too', async (t) => {
  const messages = [{ role: 'user' as const, content: [{ type: 'image_url' as const, image_url: { url: image } }, { type: 'text' as const, text: 'which hat?' }] }]
  let total = 0
  for await (const { choices, usage } of client.stream('/v1/chat/completions', { messages, max_tokens: 2, stream_options: { include_usage: true } })) {
    if (choices.length === 0) total = usage?.total_tokens ?? 0
  }
  t.ok(total > 0)
})

t.test('a refusal is thrown with its code, and leaving the loop ends the work', async (t) => {
  const refused = client.stream('/v1/faces/caption', { image, max_tokens: 0 })
  await t.rejects(refused.next(), { constructor: ServerError, status: 400, code: 'invalid_field', param: 'max_tokens' })
  const left = client.stream('/v1/images/generations', { prompt: 'a', num_inference_steps: 16, partial_images: 3 })
  t.match((await left.next()).value, { type: 'image_generation.partial_image', partial_image_index: 0 })
  await left.return()
  await until(() => admission.waiting === 0 && Object.values(admission.running).every((count) => count === 0))
})
