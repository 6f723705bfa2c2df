import sharp from 'sharp'
import t from 'tap'
import { forkToy } from '../../support/forked-toy.js'
import { buildToyApp } from '../../support/toy-app.js'

const URL = '/v1/faces/generate'
const engine = forkToy(t)
await engine.whenReady()
const { server } = await buildToyApp(t, { engine })

const generate = async (payload: object, headers: Record<string, string> = {}) => await server.inject({ method: 'POST', url: URL, payload, headers })

// The first request also reads the prompt; the others find it in the cache and are charged for their steps alone.
t.test('one picture is the file itself, with seed, settings and usage in its headers', async (t) => {
  const answer = await generate({ prompt: 'a face', seed: 7, num_inference_steps: 5, guidance_scale: 2.5 })
  t.equal(answer.statusCode, 200)
  t.equal(answer.headers['content-type'], 'image/png')
  t.match(answer.headers, { 'x-seed': '7', 'x-num-inference-steps': '5', 'x-guidance-scale': '2.5', 'content-disposition': 'inline; filename="face-7.png"' })
  t.match(JSON.parse(String(answer.headers['x-usage'])), { output_tokens: 16, forward_passes: 1 + 2 * 5, activated_parameters: { total: 9_000_000, source: 'measured' } })
  t.match(await sharp(answer.rawPayload).metadata(), { format: 'png', width: 4, height: 4 })
})

t.test('what is left out is the model\'s default, and a drawn seed is reported and makes the same picture again', async (t) => {
  const drawn = await generate({ prompt: 'a face' })
  t.match(drawn.headers, { 'x-num-inference-steps': '4', 'x-guidance-scale': '3', 'x-seed': /^\d+$/ })
  const again = await generate({ prompt: 'a face', seed: Number(drawn.headers['x-seed']) })
  t.same(again.rawPayload, drawn.rawPayload)
  const other = await generate({ prompt: 'a face' })
  t.not(other.headers['x-seed'], drawn.headers['x-seed'])
})

t.test('Accept or output_format choose the format', async (t) => {
  const formatOf = async (body: object, accept?: string): Promise<unknown> => {
    const answer = await generate({ prompt: 'a face', seed: 1, ...body }, accept === undefined ? {} : { accept })
    const { format } = await sharp(answer.rawPayload).metadata()
    t.equal(answer.headers['content-type'], `image/${format}`)
    return format
  }
  t.equal(await formatOf({}), 'png')
  t.equal(await formatOf({}, 'image/webp'), 'webp')
  t.equal(await formatOf({}, 'image/png;q=0.5, image/jpeg'), 'jpeg')
  t.equal(await formatOf({ output_format: 'webp' }, '*/*'), 'webp')
})

t.test('with Accept: application/json the picture comes in JSON', async (t) => {
  const answer = await generate({ prompt: 'a face', seed: 3, output_format: 'webp' }, { accept: 'application/json' })
  const body = answer.json()
  t.match(body, { id: answer.headers['x-request-id'], model: 'toy', output_format: 'webp', size: '4x4', seed: 3, num_inference_steps: 4, guidance_scale: 3, usage: { input_tokens: 12, output_tokens: 16, total_tokens: 28, forward_passes: 8 } })
  t.equal(body.data.length, 1)
  t.match(await sharp(Buffer.from(body.data[0].b64_json, 'base64')).metadata(), { format: 'webp', width: 4 })
})

t.test('several pictures are JSON; picture i is the same whatever n is', async (t) => {
  const many = (await generate({ prompt: 'a face', seed: 5, n: 3 })).json()
  t.equal(new Set(many.data.map((picture: { b64_json: string }) => picture.b64_json)).size, 3)
  t.same(many.data.map((picture: { index: number }) => picture.index), [0, 1, 2])
  const one = await generate({ prompt: 'a face', seed: 5 })
  t.same(Buffer.from(many.data[0].b64_json, 'base64'), one.rawPayload)
  t.equal(many.usage.forward_passes, 24, 'usage is that of all three')
})

t.test('a negative prompt steers, and costs nothing where guidance is off', async (t) => {
  const plain = await generate({ prompt: 'a face', seed: 5 })
  const steered = await generate({ prompt: 'a face', seed: 5, negative_prompt: 'a hat' })
  t.notSame(steered.rawPayload, plain.rawPayload)
  const unguided = (await generate({ prompt: 'a face', seed: 5, guidance_scale: 1 }, { accept: 'application/json' })).json()
  t.equal(unguided.usage.forward_passes, 4, 'one row a step')
})

t.test('what cannot be taken is refused by name', async (t) => {
  const cases: [body: object, status: number, code: string, param: string | null, message: RegExp][] = [
    [{ prompt: 'a', guidence_scale: 2 }, 400, 'unknown_field', 'guidence_scale', /fields are prompt, negative_prompt, model, seed/],
    [{}, 400, 'missing_field', 'prompt', /prompt is missing/],
    [{ prompt: '' }, 400, 'invalid_field', 'prompt', /fewer than 1/],
    [{ prompt: 5 }, 400, 'invalid_field', 'prompt', /must be string/],
    [{ prompt: 'a', seed: '7' }, 400, 'invalid_field', 'seed', /must be integer/],
    [{ prompt: 'a', seed: -1 }, 400, 'invalid_field', 'seed', />= 0/],
    [{ prompt: 'a', seed: 2 ** 53 }, 400, 'invalid_field', 'seed', /<= 9007199254740991/],
    [{ prompt: 'a', num_inference_steps: 2.5 }, 400, 'invalid_field', 'num_inference_steps', /must be integer/],
    [{ prompt: 'a', num_inference_steps: 0 }, 400, 'invalid_field', 'num_inference_steps', />= 1/],
    [{ prompt: 'a', guidance_scale: 0.5 }, 400, 'invalid_field', 'guidance_scale', />= 1/],
    [{ prompt: 'a', n: null }, 400, 'invalid_field', 'n', /must be integer/],
    [{ prompt: 'a', output_format: 'gif' }, 400, 'invalid_field', 'output_format', /one of png, webp, jpeg/],
    [{ prompt: 'a', negative_prompt: 'b', guidance_scale: 1 }, 400, 'negative_prompt_unused', 'negative_prompt', /guidance_scale 1/],
    [{ prompt: 'abcdefghijklmn' }, 422, 'prompt_too_long', 'prompt', /14 tokens.*at most 13.*at least 1 /],
    [{ prompt: 'a', negative_prompt: 'abcdefghijklmno' }, 422, 'prompt_too_long', 'negative_prompt', /15 tokens.*at most 13/],
    [{ prompt: 'a', num_inference_steps: 17 }, 422, 'setting_out_of_range', 'num_inference_steps', /17.*at most 16/],
    [{ prompt: 'a', guidance_scale: 21 }, 422, 'setting_out_of_range', 'guidance_scale', /21.*at most 20/],
    [{ prompt: 'a', n: 9 }, 422, 'setting_out_of_range', 'n', /9.*at most 8/]
  ]
  for (const [body, status, code, param, message] of cases) {
    const answer = await generate(body)
    t.equal(answer.statusCode, status, code)
    t.match(answer.json(), { error: { type: 'invalid_request_error', code, param, message } }, JSON.stringify(body))
    t.equal(answer.headers['x-should-retry'], 'false')
  }
})

t.test('an Accept that leaves nothing is 406 with what there is', async (t) => {
  const html = await generate({ prompt: 'a' }, { accept: 'text/html' })
  t.equal(html.statusCode, 406)
  t.match(html.json(), { error: { code: 'not_acceptable', message: /image\/png, image\/webp, image\/jpeg, application\/json/ } })
  const many = await generate({ prompt: 'a', n: 2 }, { accept: 'image/png' })
  t.equal(many.statusCode, 406, 'several pictures do not fit into one file')
})

t.test('a body that is not JSON is told apart from one of another type', async (t) => {
  const raw = async (payload: string, contentType?: string) => await server.inject({ method: 'POST', url: URL, payload, headers: contentType === undefined ? {} : { 'content-type': contentType } })
  const broken = await raw('{"prompt": "a smiling wo', 'application/json')
  t.match([broken.statusCode, broken.json().error.code], [400, 'invalid_json'])
  const empty = await raw('', 'application/json')
  t.match([empty.statusCode, empty.json().error.message], [400, /it is empty/])
  const poisoned = await raw('{"prompt": "a", "__proto__": {"n": 4}}', 'application/json')
  t.match([poisoned.statusCode, poisoned.json().error.code], [400, 'invalid_json'])
  const text = await raw('a face', 'text/plain')
  t.match([text.statusCode, text.json().error], [415, { code: 'media_type_unsupported', message: /text\/plain is not taken here/ }])
  const list = await raw('["a face"]', 'application/json')
  t.match([list.statusCode, list.json().error], [400, { code: 'invalid_request', message: /body must be object/ }])
  const absent = await server.inject({ method: 'POST', url: URL })
  t.equal(absent.statusCode, 400)
})
