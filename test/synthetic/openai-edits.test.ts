/** POST /v1/images/edits through OpenAI's own client, over the real engine and the debug model: pictures of 32 pixels, cells of 8. */
import { toFile } from 'openai'
import type { ImageEditParamsNonStreaming, ImageEditParamsStreaming, ImageEditStreamEvent, ImagesResponse } from 'openai/resources/images'
import sharp from 'sharp'
import t from 'tap'
import { decodeImage } from '../../src/image/decode-image.js'
import { listenDebugApp } from '../support/debug-app.js'
import { fileOf, type ImageExtensions, openAiClient, refusalOf } from '../support/openai-client.js'
import { dataUrl } from '../support/pictures.js'

const SIDE = 32
const { origin } = await listenDebugApp(t)
const client = openAiClient(origin)

/** A photograph's stand-in: wider than high, every pixel another colour. */
const WIDTH = 96
const HEIGHT = 64
const original = await sharp(Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, byte) => (byte * 7 + Math.floor(byte / (3 * WIDTH)) * 5) % 256), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).png().toBuffer()

/** A mask that is transparent in a rectangle of the file. */
async function maskOf (left: number, top: number, width: number, height: number): Promise<Buffer> {
  const alpha = Buffer.alloc(WIDTH * HEIGHT, 255)
  for (let row = top; row < top + height; row++) alpha.fill(0, row * WIDTH + left, row * WIDTH + left + width)
  return await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: 'black' } }).joinChannel(alpha, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } }).png().toBuffer()
}

/** The middle square is columns 16 to 79; two pixels of the file are one of the answer: columns 8 to 23, rows 10 to 19. */
const mask = await maskOf(32, 20, 32, 20)
const isInside = (pixel: number, scale = 1): boolean => {
  const [row, column] = [Math.floor(pixel / (SIDE * scale)) / scale, pixel % (SIDE * scale) / scale]
  return column >= 8 && column < 24 && row >= 10 && row < 20
}

type Body = Omit<Partial<ImageEditParamsNonStreaming>, 'image' | 'mask'> & ImageExtensions & { image?: Buffer | Buffer[], mask?: Buffer | undefined }
type Answer = ImagesResponse & { native_size?: string, edit?: { region: string, strength: number, remade_tokens: number } }

async function bodyOf ({ image = original, mask: region, ...body }: Body): Promise<ImageEditParamsNonStreaming & ImageExtensions> {
  const file = async (bytes: Buffer) => await toFile(bytes, 'face.png', { type: 'image/png' })
  return {
    image: Array.isArray(image) ? await Promise.all(image.map(file)) : await file(image),
    ...(region === undefined ? {} : { mask: await file(region) }),
    prompt: 'a smiling woman',
    seed: 7,
    ...body
  }
}

const edit = async (body: Body = {}): Promise<Answer> => await client.images.edit(await bodyOf({ mask, ...body }))
const pixelsOf = async (picture: { b64_json?: string } | undefined): Promise<Buffer> => await sharp(fileOf(picture)).raw().toBuffer()
const first = async ({ data }: Answer): Promise<Buffer> => await pixelsOf(data?.[0])
const fitted = async (side = SIDE, file = original): Promise<Uint8Array> => (await decodeImage(file, { maxPixels: 1e6, sizes: [side] }))[0] ?? new Uint8Array()

/** Pixels that differ, by where they are. */
function differing (a: Uint8Array, b: Uint8Array, scale = 1): { inside: number, outside: number } {
  const counts = { inside: 0, outside: 0 }
  for (let pixel = 0; pixel < a.length / 3; pixel++) {
    if ([0, 1, 2].some((channel) => a[3 * pixel + channel] !== b[3 * pixel + channel])) counts[isInside(pixel, scale) ? 'inside' : 'outside']++
  }
  return counts
}

t.test('outside of the mask the picture is the original to the bit, inside it is another', async (t) => {
  const answer = await edit()
  const { inside, outside } = differing(await first(answer), await fitted())
  t.equal(outside, 0)
  t.ok(inside > 140, `${inside} of 160 pixels were repainted`)
  t.match(answer, { size: '32x32', native_size: '32x32', background: 'opaque', edit: { region: 'mask', strength: 1, remade_tokens: 4 } })
  t.match(answer.usage, { input_tokens_details: { image_tokens: 16 }, output_tokens: 4, output_tokens_details: { image_tokens: 4, text_tokens: 0 }, activated_parameters: { source: 'measured' } })
})

t.test('another seed is another version: equal outside, different inside', async (t) => {
  const [one, two] = [await first(await edit()), await first(await edit({ seed: 8 }))]
  const { inside, outside } = differing(one, two)
  t.equal(outside, 0)
  t.ok(inside > 80)
  t.same(await first(await edit()), one, 'the same seed is the same version')
  const many = await edit({ n: 2 })
  t.same(await pixelsOf(many.data?.[0]), one)
  t.ok(differing(await pixelsOf(many.data?.[1]), one).inside > 80)
})

t.test('each option changes what is inside', async (t) => {
  const plain = await first(await edit())
  for (const body of [{ prompt: 'an old man' }, { negative_prompt: 'a hat' }, { guidance_scale: 1 }, { num_inference_steps: 1 }, { strength: 0.4 }, { mask: await maskOf(32, 20, 32, 10) }] as const) {
    const { inside, outside } = differing(await first(await edit(body)), plain)
    t.ok(inside > 0, JSON.stringify(Object.keys(body)))
    t.equal(outside, 0)
  }
  t.match((await edit({ strength: 0.4 })).edit, { strength: 0.4, remade_tokens: 2 })
  t.equal((await edit({ quality: 'low' }) as Answer & { num_inference_steps?: number }).num_inference_steps, 8)
})

t.test('larger, the original is fitted to the larger square', async (t) => {
  const answer = await edit({ size: '64x64' })
  t.match(answer, { size: '64x64', native_size: '32x32' })
  const pixels = await first(answer)
  t.equal(pixels.length, 3 * 64 * 64)
  const { inside, outside } = differing(pixels, await fitted(64), 2)
  t.equal(outside, 0)
  t.ok(inside > 560, `${inside} of 640`)
})

t.test('formats are files of their kind', async (t) => {
  const { data, output_format: format } = await edit({ output_format: 'webp', output_compression: 60 })
  t.equal(format, 'webp')
  t.match(await sharp(fileOf(data?.[0])).metadata(), { format: 'webp', width: SIDE })
})

t.test('one picture may come in a list, or in JSON; of several none is edited', async (t) => {
  const plain = await first(await edit())
  t.same(await first(await edit({ image: [original] })), plain, 'image[]')
  const json = await fetch(`${origin}/v1/images/edits`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ image: dataUrl(original), mask: dataUrl(mask), prompt: 'a smiling woman', seed: 7, n: null }) })
  t.same(await first(await json.json() as Answer), plain)
  t.match(await refusalOf(edit({ image: [original, original] })), { status: 400, code: 'option_unsupported', param: 'image', message: /one picture at a time and there are 2/ })
})

t.test('null is left out, in a form as its text', async (t) => {
  const form = new FormData()
  for (const [name, value] of Object.entries({ prompt: 'a smiling woman', seed: '7', n: 'null', stream: 'null', quality: 'null' })) form.append(name, value)
  form.append('image', new Blob([Uint8Array.from(original)]), 'face.png')
  form.append('mask', new Blob([Uint8Array.from(mask)]), 'mask.png')
  const answer = await fetch(`${origin}/v1/images/edits`, { method: 'POST', body: form })
  t.same(await first(await answer.json() as Answer), await first(await edit()))
})

t.test('without a mask the picture\'s own transparency says where', async (t) => {
  const cut = await sharp(original).joinChannel(await sharp(mask).extractChannel('alpha').raw().toBuffer(), { raw: { width: WIDTH, height: HEIGHT, channels: 1 } }).png().toBuffer()
  const answer = await edit({ image: cut, mask: undefined })
  t.match(answer.edit, { region: 'own-transparency', remade_tokens: 4 })
  t.equal(differing(await first(answer), await fitted(SIDE, cut)).outside, 0)
})

t.test('with neither the whole picture is made anew in its likeness, by its strength', async (t) => {
  const whole = async (body: Body = {}): Promise<Answer> => await edit({ mask: undefined, ...body })
  const answer = await whole()
  t.match(answer.edit, { region: 'whole', strength: 0.8, remade_tokens: 13 })
  t.match((await whole({ strength: 0.25 })).edit, { strength: 0.25, remade_tokens: 4 })
  const pictures = await Promise.all([answer, await whole({ strength: 0.25 }), await whole({ seed: 8 })].map(first))
  t.equal(new Set(pictures.map((picture) => picture.toString('base64'))).size, 3)
  t.same(await first(await whole({ input_fidelity: 'low' })), pictures[0])
  t.same(await first(await whole({ input_fidelity: 'high' })), await first(await whole({ strength: 0.5 })))
  t.notSame(await first(await whole({ input_fidelity: 'high' })), pictures[0])
})

t.test('what cannot be done is refused by name', async (t) => {
  const jpeg = await sharp(mask).jpeg().toBuffer()
  const cases: [body: object, status: number, code: string, param: string, message: RegExp][] = [
    [{ mask: await sharp(mask).resize(48, 32).png().toBuffer() }, 400, 'mask_unusable', 'mask', /48x32 pixels and the picture 96x64/],
    [{ mask: await sharp(mask).removeAlpha().png().toBuffer() }, 400, 'mask_unusable', 'mask', /fully transparent/],
    [{ mask: await maskOf(0, 0, 16, 64) }, 400, 'mask_unusable', 'mask', /within the square/],
    [{ mask: jpeg }, 400, 'mask_unusable', 'mask', /not a PNG/],
    [{ mask: mask.subarray(0, 90) }, 400, 'mask_unusable', 'mask', /cannot be decoded/],
    [{ image: Buffer.from('<svg/>') }, 415, 'image_format_unsupported', 'image', /PNG/],
    [{ markup: await toFile(mask, 'm.png') }, 400, 'option_unsupported', 'markup', /mask/],
    [{ input_fidelity: 'high' }, 400, 'options_conflict', 'input_fidelity', /kept anyway/],
    [{ mask: undefined, input_fidelity: 'high', strength: 0.3 }, 400, 'options_conflict', 'input_fidelity', /strength/],
    [{ strength: 0 }, 400, 'invalid_field', 'strength', /> 0/],
    [{ background: 'transparent' }, 400, 'option_unsupported', 'background', /opaque/],
    [{ partial_images: 1 }, 400, 'options_conflict', 'partial_images', /stream/],
    [{ size: '33x33' }, 400, 'size_unsupported', 'size', /32x32/],
    [{ moderation: 'auto' }, 400, 'unknown_field', 'moderation', /image, mask, prompt/]
  ]
  for (const [body, status, code, param, message] of cases) t.match(await refusalOf(edit(body)), { status, code, param, message }, JSON.stringify(body).slice(0, 60))
})

t.test('a stream shows the edit on its way: outside the original, inside ever more of what comes', async (t) => {
  const body: ImageEditParamsStreaming & ImageExtensions = { ...await bodyOf({ mask }), stream: true, partial_images: 2 }
  const events: (ImageEditStreamEvent & { decided?: number })[] = []
  for await (const event of await client.images.edit(body)) events.push(event)
  t.same(events.map(({ type }) => type), ['image_edit.partial_image', 'image_edit.partial_image', 'image_edit.completed'])
  t.match(events.at(-1), { usage: { input_tokens_details: { image_tokens: 16 }, output_tokens: 4 }, edit: { region: 'mask' } })
  for (const event of events) {
    t.match(event, { b64_json: String, background: 'opaque', created_at: Number, output_format: 'png', quality: 'medium', size: '32x32' })
    t.equal(differing(await pixelsOf(event), await fitted()).outside, 0)
  }
  t.same(await pixelsOf(events.at(-1)), await first(await edit()))
  t.ok((events[0]?.decided ?? 1) < (events[1]?.decided ?? 0), 'four tokens take four steps')
})
