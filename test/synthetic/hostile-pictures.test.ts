/** Pictures that are no pictures, too large, cut or unusual, on every route that takes one. */
import sharp from 'sharp'
import t from 'tap'
import { listenDebugApp } from '../support/debug-app.js'
import { dataUrl, plainPng, pngHeader } from '../support/pictures.js'

const { origin } = await listenDebugApp(t, { maxImagePixels: '1000000' })
const question = 'What colour is the hair?'
const ROUTES: [path: string, body: (image: string) => object][] = [
  ['/v1/faces/caption', (image) => ({ image, max_tokens: 2 })],
  ['/v1/faces/vqa', (image) => ({ image, question, max_tokens: 2 })],
  ['/v1/faces/attributes', (image) => ({ image, attributes: ['nose'] })],
  ['/v1/images/edits', (image) => ({ image, prompt: 'a woman', num_inference_steps: 1, seed: 1 })],
  ['/v1/chat/completions', (image) => ({ max_tokens: 2, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: image } }, { type: 'text', text: question }] }] })],
  ['/v2/models/understand/infer', (image) => ({ inputs: [{ name: 'image', datatype: 'BYTES', shape: [1], data: [image] }, { name: 'max_tokens', datatype: 'INT64', shape: [1], data: [2] }] })],
  ['/v2/models/encode_picture/infer', (image) => ({ inputs: [{ name: 'image', datatype: 'BYTES', shape: [1], data: [image] }] })]
]

async function ask (path: string, body: object): Promise<{ status: number, text: string }> {
  const answer = await fetch(origin + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return { status: answer.status, text: await answer.text() }
}

const noise = { create: { width: 64, height: 64, channels: 3 as const, background: 'red', noise: { type: 'gaussian' as const, mean: 128, sigma: 40 } } }
const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0heicmif1'), Buffer.alloc(64)])

t.test('what cannot be read has a code of its own on every route', async (t) => {
  const png = await sharp(noise).png().toBuffer()
  const refused: [string, Buffer, number, RegExp][] = [
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'), 415, /image_format_unsupported/],
    ['TIFF', await sharp(noise).tiff().toBuffer(), 415, /image_format_unsupported/],
    ['HEIC', heic, 415, /image_format_unsupported/],
    ['a bomb', pngHeader(50_000, 50_000), 413, /image_too_many_pixels/],
    ['a PNG cut short', png.subarray(0, png.length / 2), 422, /image_unreadable/],
    ['a JPEG cut short', (await sharp(noise).jpeg().toBuffer()).subarray(0, 700), 422, /image_unreadable/],
    ['a WebP cut short', (await sharp(noise).webp().toBuffer()).subarray(0, 300), 422, /image_unreadable/]
  ]
  for (const [path, body] of ROUTES) {
    for (const [what, file, status, code] of refused) t.match(await ask(path, body(dataUrl(file))), { status, text: code }, `${path}: ${what}`)
  }
})

t.test('a picture that is only unusual is seen as what it shows', async (t) => {
  const colour = { create: { width: 64, height: 64, channels: 3 as const, background: { r: 200, g: 40, b: 90 } } }
  const halves = sharp(colour).composite([{ input: { create: { width: 32, height: 64, channels: 3, background: { r: 10, g: 120, b: 220 } } }, left: 0, top: 0 }])
  const upright = await halves.clone().png().toBuffer()
  const codes = async (file: Buffer): Promise<unknown> => (JSON.parse((await ask('/v2/models/encode_picture/infer', { inputs: [{ name: 'image', datatype: 'BYTES', shape: [1], data: [dataUrl(file)] }] })).text) as { outputs: { data: number[] }[] }).outputs[0]?.data
  const expected = await codes(upright)
  t.same(await codes(await sharp(upright).toColourspace('rgb16').png().toBuffer()), expected, '16 bits')
  t.same(await codes(await sharp(upright).ensureAlpha().png().toBuffer()), expected, 'an alpha channel that hides nothing')
  // 8: to be turned by 90 degrees to the left; the file lies on its right side.
  const lying = await sharp(await sharp(upright).rotate(90).png().toBuffer()).withMetadata({ orientation: 8 }).png().toBuffer()
  t.same(await codes(lying), expected, 'EXIF orientation')
  const animation = await sharp([upright, await plainPng('blue', 64)], { join: { animated: true } }).webp({ lossless: true }).toBuffer()
  t.same(await codes(animation), expected, 'the first frame')
  const cmyk = await sharp(colour).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer()
  t.equal((await sharp(cmyk).metadata()).space, 'cmyk')
  const answer = await ask('/v1/faces/caption', { image: dataUrl(cmyk), max_tokens: 2 })
  t.equal(answer.status, 200, 'CMYK is read')
})
