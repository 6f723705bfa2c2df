/** Pictures that are read back, over the real engine and the debug model. */
import sharp from 'sharp'
import t from 'tap'
import type { GenerateResponse } from '../../src/http/schemas/generation.js'
import { listenDebugApp } from '../support/debug-app.js'
import { dataUrl } from '../support/pictures.js'
import { readEvents } from '../support/server-sent-events.js'

const { origin } = await listenDebugApp(t)
const post = async (path: string, body: object, accept = 'application/json'): Promise<Response> => await fetch(origin + path, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify(body) })
const generate = async (body: object): Promise<GenerateResponse> => await (await post('/v1/faces/generate', { prompt: 'a woman with red hair', seed: 7, num_inference_steps: 2, ...body })).json() as GenerateResponse

t.test('the agreement is that of the prompt as a caption, less that of a grey square', async (t) => {
  const { data, verification_usage: usage } = await generate({ n: 2, verify: true })
  const grey = dataUrl(await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 128, g: 128, b: 128 } } }).png().toBuffer())
  const { defaults } = (await (await fetch(`${origin}/v1/models`)).json() as { data: { defaults: { caption_question: string } }[] }).data[0] ?? t.fail('no model') as never
  const logprob = async (image: string): Promise<number> => {
    const body = await (await post('/v1/faces/vqa', { image, question: defaults.caption_question, choices: ['a woman with red hair.', 'other'] })).json() as { choices: { logprob: number }[] }
    return body.choices[0]?.logprob ?? NaN
  }
  const baseline = await logprob(grey)
  const differences = await Promise.all(data.map(async ({ b64_json: file }) => await logprob(`data:image/png;base64,${file}`) - baseline))
  const [first, second] = data.map(({ agreement }, index) => (differences[index] ?? NaN) / (agreement ?? NaN))
  t.ok(first !== undefined && second !== undefined && Math.abs(first - second) < 1e-3, 'both by the same number of tokens')
  t.ok(first !== undefined && Math.abs(first - Math.round(first)) < 1e-3 && first >= 5, `${first} tokens`)
  t.ok(usage !== undefined && usage.forward_passes >= 3, 'the square and two pictures were read')
})

t.test('best_of gives the candidate that agrees most, and its receipt', async (t) => {
  const all = await generate({ n: 4, verify: true })
  const best = all.data.reduce((a, b) => (b.agreement ?? 0) > (a.agreement ?? 0) ? b : a)
  t.equal(new Set(all.data.map(({ agreement }) => agreement)).size, 4)
  const chosen = await generate({ best_of: 4 })
  t.same(chosen.data, [best])
  t.same(chosen.receipt.pictures, all.receipt.pictures.filter(({ index }) => index === best.index))
  t.same(chosen.usage.output_tokens, all.usage.output_tokens, 'all candidates are counted')
  const file = await post('/v1/faces/generate', { prompt: 'a woman with red hair', seed: 7, num_inference_steps: 2, best_of: 4 }, 'image/png')
  t.equal(file.headers.get('x-agreement'), String(best.agreement))
  t.equal(Buffer.from(await file.arrayBuffer()).toString('base64'), best.b64_json)
  const plain = await generate({ n: 4 })
  t.same(plain.data, all.data.map(({ agreement, ...rest }) => rest), 'reading changes no picture')
  t.notOk('verification_usage' in plain)
})

t.test('best_of and n exclude each other, and the model bounds it', async (t) => {
  t.match(await generate({ best_of: 2, n: 2 }), { error: { code: 'options_conflict' } })
  t.match(await generate({ best_of: 60 }), { error: { code: 'setting_out_of_range', param: 'best_of' } })
})

interface Images { data: { b64_json: string, index: number, agreement?: number }[], receipt: { pictures: { index: number }[] }, usage: { output_tokens: number }, verification_usage?: { forward_passes: number } }
const asked = { prompt: 'a woman with red hair', seed: 7, num_inference_steps: 2 }
const images = async (path: string, body: object): Promise<Images> => await (await post(`/v1/images/${path}`, { ...asked, ...body })).json() as Images

t.test('OpenAI\'s routes read back and choose as /v1/faces/generate does', async (t) => {
  const faces = await generate({ n: 3, verify: true })
  const all = await images('generations', { n: 3, verify: true })
  t.same(all.data, faces.data)
  t.same(all.verification_usage, faces.verification_usage)
  const plain = await images('generations', { n: 3, verify: null })
  t.same(plain.data, all.data.map(({ agreement, ...rest }) => rest))
  t.notOk('verification_usage' in plain)
  const best = all.data.reduce((a, b) => (b.agreement ?? 0) > (a.agreement ?? 0) ? b : a)
  const chosen = await images('generations', { best_of: 3 })
  t.same(chosen.data, [best])
  t.same(chosen.receipt.pictures.map(({ index }) => index), [best.index])
  t.equal(chosen.usage.output_tokens, all.usage.output_tokens)
  for (const body of [{ best_of: 2, n: 2 }, { best_of: 2, stream: true }]) t.match(await images('generations', body), { error: { code: 'options_conflict', param: 'best_of' } })
  t.match(await images('generations', { best_of: 60 }), { error: { code: 'setting_out_of_range', param: 'best_of' } })
})

t.test('a stream says of each picture, when it is finished, how far it agrees', async (t) => {
  const all = await images('generations', { n: 2, verify: true })
  const agreements = async (body: object): Promise<Map<unknown, unknown>> => {
    const { events } = readEvents(await (await post('/v1/images/generations', { ...asked, n: 2, stream: true, partial_images: 1, ...body })).text())
    t.ok(events.filter(({ event }) => event.endsWith('partial_image')).every(({ body }) => !('agreement' in body)))
    return new Map(events.filter(({ event }) => event.endsWith('completed')).map(({ body }) => [body['index'], body['agreement']]))
  }
  t.same(await agreements({ verify: true }), new Map(all.data.map(({ index, agreement }) => [index, agreement])))
  t.same(await agreements({}), new Map([[0, undefined], [1, undefined]]))
})

t.test('edits are read back, too', async (t) => {
  const image = dataUrl(await sharp({ create: { width: 32, height: 32, channels: 3, background: 'teal' } }).png().toBuffer())
  const all = await images('edits', { image, n: 2, verify: true })
  const best = all.data.reduce((a, b) => (b.agreement ?? 0) > (a.agreement ?? 0) ? b : a)
  t.equal(new Set(all.data.map(({ agreement }) => agreement)).size, 2)
  t.same((await images('edits', { image, best_of: 2 })).data, [best])
})
