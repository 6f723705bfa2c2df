/** POST /v1/images/generations through OpenAI's own client, over the real engine and the debug model. */
import type { ImageGenerateParamsNonStreaming, ImageGenerateParamsStreaming, ImageGenStreamEvent, ImagesResponse } from 'openai/resources/images'
import sharp from 'sharp'
import t from 'tap'
import { codedError } from '../../src/common/errors.js'
import { listenDebugApp } from '../support/debug-app.js'
import { fileOf, type ImageExtensions, openAiClient, refusalOf } from '../support/openai-client.js'
import { until } from '../support/until.js'

const logs: string[] = []
const { origin, admission, lifecycle, engine } = await listenDebugApp(t, { logLevel: 'info' }, { write: (line) => { logs.push(line) } })
const client = openAiClient(origin)
const PROMPT = 'a smiling woman'

type Body = Partial<ImageGenerateParamsNonStreaming> & ImageExtensions
type Answer = ImagesResponse & ImageExtensions & { native_size?: string }
type Event = ImageGenStreamEvent & { index: number, decided?: number, step?: number, seed: number, num_inference_steps: number }

async function generate (body: Body = {}): Promise<Answer> {
  const whole: ImageGenerateParamsNonStreaming & ImageExtensions = { prompt: PROMPT, seed: 7, ...body }
  return await client.images.generate(whole)
}

async function stream (body: Partial<ImageGenerateParamsStreaming> & ImageExtensions = {}): Promise<Event[]> {
  const whole: ImageGenerateParamsStreaming & ImageExtensions = { prompt: PROMPT, seed: 7, stream: true, ...body }
  const events: Event[] = []
  for await (const event of await client.images.generate(whole)) events.push(event as Event)
  return events
}

const first = ({ data }: Answer): Buffer => fileOf(data?.[0])
const raw = async (file: Buffer): Promise<Buffer> => await sharp(file).raw().toBuffer()
const plain = await generate()

t.test('the same seed and settings make the picture that /v1/faces/generate makes', async (t) => {
  const faces = await fetch(`${origin}/v1/faces/generate`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ prompt: PROMPT, seed: 7 }) })
  t.same(await raw(first(plain)), await raw(Buffer.from(await faces.arrayBuffer())))
})

t.test('the answer is OpenAI\'s, with complete usage and what makes the picture again', async (t) => {
  t.match(plain, {
    background: 'opaque',
    output_format: 'png',
    quality: 'medium',
    size: '32x32',
    native_size: '32x32',
    seed: 7,
    num_inference_steps: 16,
    guidance_scale: 3,
    usage: { input_tokens_details: { image_tokens: 0 }, output_tokens: 16, output_tokens_details: { image_tokens: 16, text_tokens: 0 }, activated_parameters: { source: 'measured' } }
  })
  t.ok(Math.abs(plain.created - Date.now() / 1000) < 60)
  const { usage } = plain
  t.equal(usage?.input_tokens, usage?.input_tokens_details.text_tokens)
  t.equal(usage?.total_tokens, (usage?.input_tokens ?? 0) + 16)
  t.match(await sharp(first(plain)).metadata(), { format: 'png', width: 32, height: 32 })
  const drawn = await client.images.generate({ prompt: PROMPT }) as Answer
  t.same(first(await generate({ seed: drawn.seed ?? -1 })), first(drawn), 'a drawn seed is told')
})

t.test('each option changes the picture', async (t) => {
  const changes: [Body, object][] = [
    [{ prompt: 'an old man' }, {}],
    [{ seed: 8 }, { seed: 8 }],
    [{ negative_prompt: 'a hat' }, {}],
    [{ guidance_scale: 1.5 }, { guidance_scale: 1.5 }],
    [{ num_inference_steps: 5 }, { num_inference_steps: 5, quality: undefined }],
    [{ quality: 'low' }, { num_inference_steps: 8, quality: 'low' }]
  ]
  for (const [body, answered] of changes) {
    const other = await generate(body)
    t.notSame(await raw(first(other)), await raw(first(plain)), JSON.stringify(body))
    t.match(other, answered)
  }
  t.same(first(await generate({ quality: 'low' })), first(await generate({ num_inference_steps: 8 })), 'a quality is its number of steps')
})

t.test('qualities are steps, as many as the model takes at most, and older names mean the same', async (t) => {
  const stepsOf = async (quality: NonNullable<Body['quality']>): Promise<unknown[]> => {
    const answer = await generate({ quality })
    return [answer.num_inference_steps, answer.quality]
  }
  t.same(await stepsOf('auto'), [16, 'medium'])
  t.same(await stepsOf('standard'), [16, 'medium'])
  t.same(await stepsOf('hd'), [16, 'high'], 'the debug model takes 16')
  t.same(await stepsOf('max'), [16, 'max'])
})

t.test('several pictures are those of their rows', async (t) => {
  const many = await generate({ n: 3 })
  t.equal(many.data?.length, 3)
  t.same(fileOf(many.data?.[0]), first(plain), 'the first is the same whatever n is')
  t.equal(new Set(many.data?.map(({ b64_json: picture }) => picture)).size, 3)
  t.equal(many.usage?.output_tokens, 48)
})

t.test('format and compression decide the file', async (t) => {
  const [webp, jpeg, small, best] = await Promise.all(([{ output_format: 'webp' }, { output_format: 'jpeg' }, { output_format: 'jpeg', output_compression: 0 }, { output_format: 'jpeg', output_compression: 100 }] as const).map(async (body) => await generate(body)))
  if (webp === undefined || jpeg === undefined || small === undefined || best === undefined) throw new Error('an answer is missing')
  for (const [answer, format] of [[webp, 'webp'], [jpeg, 'jpeg']] as const) {
    t.equal(answer.output_format, format)
    t.match(await sharp(first(answer)).metadata(), { format })
  }
  t.ok(first(small).length < first(jpeg).length && first(jpeg).length < first(best).length)
})

t.test('a multiple of the model\'s size is scaled up, and the answer says from what', async (t) => {
  const large = await generate({ size: '96x96' })
  t.match(large, { size: '96x96', native_size: '32x32' })
  t.match(await sharp(first(large)).metadata(), { width: 96, height: 96 })
  const [wide, own] = [await raw(first(large)), await raw(first(plain))]
  // Three pixels a side for one: the middle one of nine is the model's own.
  const middle = (byte: number): number => wide[3 * ((3 * Math.floor(byte / 96) + 1) * 96 + 3 * (Math.floor(byte / 3) % 32) + 1) + byte % 3] ?? 0
  t.ok(own.every((value, byte) => Math.abs(value - middle(byte)) <= 2))
  for (const size of ['auto', '32x32']) t.same(first(await generate({ size })), first(plain))
})

t.test('fields that change nothing are those that ask for what is so', async (t) => {
  for (const body of [{ model: 'debug' }, { background: 'opaque' }, { background: 'auto' }, { moderation: 'auto' }, { response_format: 'b64_json' }, { stream: false }] as const) t.same(first(await generate(body)), first(plain), JSON.stringify(body))
  t.same(first(await generate({ model: null, background: null, n: null, quality: null, size: null, style: null, stream: null, output_format: null })), first(plain), 'null is left out')
})

t.test('an end user is noted in the log by a hash, the safety identifier first', async (t) => {
  const noted = async (body: Body): Promise<unknown[]> => {
    logs.length = 0
    await generate(body)
    return logs.map((line) => JSON.parse(line) as { endUser?: string }).flatMap(({ endUser }) => endUser ?? [])
  }
  const [of] = await noted({ user: 'alice' })
  t.match(of, /^[0-9a-f]{16}$/)
  t.notMatch(logs.join(), /alice/)
  t.same(await noted({ user: 'bob', safety_identifier: 'alice' }), [of])
  t.not((await noted({ user: 'bob' }))[0], of)
  t.same(await noted({}), [])
})

t.test('what cannot be done is refused by name', async (t) => {
  const cases: [body: object, status: number, code: string, param: string, message?: RegExp][] = [
    [{ background: 'transparent' }, 400, 'option_unsupported', 'background', /opaque/],
    [{ response_format: 'url' }, 400, 'option_unsupported', 'response_format', /b64_json/],
    [{ moderation: 'low' }, 400, 'option_unsupported', 'moderation'],
    [{ style: 'vivid' }, 400, 'option_unsupported', 'style'],
    [{ complexity: 'high' }, 400, 'option_unsupported', 'complexity'],
    [{ frame_count: 4 }, 400, 'option_unsupported', 'frame_count'],
    [{ frame_duration_ms: 100 }, 400, 'option_unsupported', 'frame_duration_ms'],
    [{ svg: { model: 'x' } }, 400, 'option_unsupported', 'svg'],
    [{ output_format: 'gif' }, 400, 'invalid_field', 'output_format', /png, webp, jpeg/],
    [{ output_compression: 50 }, 400, 'options_conflict', 'output_compression', /lossless/],
    [{ partial_images: 2 }, 400, 'options_conflict', 'partial_images', /stream/],
    [{ stream: true, partial_images: 4 }, 400, 'invalid_field', 'partial_images'],
    [{ quality: 'low', num_inference_steps: 4 }, 400, 'options_conflict', 'quality'],
    [{ quality: 'ultra' }, 400, 'invalid_field', 'quality'],
    [{ size: '1024x1024' }, 400, 'size_unsupported', 'size', /32x32.*multiple.*128x128/],
    [{ size: '64x32' }, 400, 'size_unsupported', 'size'],
    [{ size: 'large' }, 400, 'size_unsupported', 'size'],
    [{ n: 9 }, 422, 'setting_out_of_range', 'n'],
    [{ n: 0 }, 400, 'invalid_field', 'n'],
    [{ model: 'gpt-image-2' }, 404, 'model_not_found', 'model', /debug/],
    [{ guidance_scale: 1, negative_prompt: 'x' }, 400, 'negative_prompt_unused', 'negative_prompt'],
    [{ prompt: null }, 400, 'missing_field', 'prompt'],
    [{ hue: 3 }, 400, 'unknown_field', 'hue'],
    [{ hue: null }, 400, 'unknown_field', 'hue']
  ]
  for (const [body, status, code, param, message = /./] of cases) t.match(await refusalOf(generate(body)), { status, code, param, message }, JSON.stringify(body))
})

t.test('a stream has as many partial images as were asked for, evenly spread, then the picture', async (t) => {
  for (const count of [0, 1, 2, 3]) {
    const events = await stream({ partial_images: count })
    const partials = events.slice(0, -1)
    t.same(partials.map(({ type }) => type), new Array(count).fill('image_generation.partial_image'))
    t.same(partials.map((event) => 'partial_image_index' in event ? event.partial_image_index : -1), [...partials.keys()])
    t.same(partials.map(({ step }) => step), [...partials.keys()].map((index) => Math.floor((index + 1) * 16 / (count + 1))))
    t.same(partials.map(({ decided }) => decided), partials.map(({ step = 0 }) => (16 - Math.floor(Math.min(16 - step, 16 * Math.cos(0.5 * Math.PI * step / 16) + 1e-9))) / 16), 'by the mask schedule')
    t.match(events.at(-1), { type: 'image_generation.completed', usage: { output_tokens: 16, total_tokens: Number, input_tokens: Number, input_tokens_details: { text_tokens: Number, image_tokens: 0 } } })
    t.same(fileOf(events.at(-1)), first(plain), 'the picture is that of an answer in one piece')
    for (const event of events) t.match(event, { b64_json: String, background: 'opaque', created_at: Number, output_format: 'png', quality: 'medium', size: '32x32', index: 0 })
  }
})

t.test('partial images are unmasking steps: they come nearer to the picture', async (t) => {
  const events = await stream({ partial_images: 3 })
  const pictures = await Promise.all(events.map(async (event) => await raw(fileOf(event))))
  const last = pictures.at(-1) ?? Buffer.alloc(0)
  const equal = pictures.map((picture) => picture.filter((value, index) => value === last[index]).length)
  t.equal(new Set(pictures.map((picture) => picture.toString('base64'))).size, 4)
  t.ok((equal[2] ?? 0) > (equal[0] ?? 0), equal.join())
})

t.test('several pictures of a stream come interleaved, each with its partials, its end and its own usage', async (t) => {
  const events = await stream({ n: 2, partial_images: 1, output_format: 'webp', size: '64x64', num_inference_steps: 6 })
  const whole = await generate({ n: 2, output_format: 'webp', size: '64x64', num_inference_steps: 6 })
  for (const index of [0, 1]) {
    const own = events.filter((event) => event.index === index)
    t.same(own.map(({ type }) => type), ['image_generation.partial_image', 'image_generation.completed'])
    t.match(own.at(-1), { quality: 'auto', num_inference_steps: 6, size: '64x64', output_format: 'webp', usage: { output_tokens: 16 } })
    t.same(fileOf(own.at(-1)), fileOf(whole.data?.[index]))
  }
})

t.test('what is wrong is found before a stream begins', async (t) => {
  t.match(await refusalOf(stream({ size: '33x33' })), { status: 400, code: 'size_unsupported' })
})

t.test('a client that leaves the stream ends its work', async (t) => {
  const whole: ImageGenerateParamsStreaming & ImageExtensions = { prompt: PROMPT, seed: 1, stream: true, partial_images: 3, n: 8 }
  const events = (await client.images.generate(whole))[Symbol.asyncIterator]()
  t.match(await events.next(), { value: { type: 'image_generation.partial_image' } })
  await events.return?.()
  await until(() => admission.inFlight === 0 && engine.counts().running.generate === 0)
  t.same(first(await generate()), first(plain), 'the engine works for the next')
})

t.test('a stream whose engine is killed goes on where it was, to the same picture', async (t) => {
  const whole: ImageGenerateParamsStreaming & ImageExtensions = { prompt: PROMPT, seed: 7, stream: true, partial_images: 3 }
  const events: Event[] = []
  for await (const event of await client.images.generate(whole)) {
    const pid = engine.model()?.pid
    if (events.length === 0 && pid !== undefined) process.kill(pid, 'SIGKILL')
    events.push(event as Event)
  }
  t.same(events.map((event) => 'partial_image_index' in event ? event.partial_image_index : event.type), [0, 1, 2, 'image_generation.completed'])
  t.same(fileOf(events.at(-1)), first(plain))
})

t.test('a failure behind the first event is an error of the client', async (t) => {
  const whole: ImageGenerateParamsStreaming & ImageExtensions = { prompt: PROMPT, stream: true, n: 8, partial_images: 3 }
  const seen: string[] = []
  const watch = async (): Promise<void> => {
    for await (const { type } of await client.images.generate(whole)) {
      if (seen.length === 0) lifecycle.forceStop(codedError('engine_draining', []))
      seen.push(type)
    }
  }
  t.match(await refusalOf(watch()), { code: 'engine_draining', name: 'APIError', message: /shutting down/ })
  t.ok(seen.length > 0 && seen.length < 32)
})
