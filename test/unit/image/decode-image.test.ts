import sharp, { type Sharp } from 'sharp'
import t from 'tap'
import { decodeImage, ImageRejectedError, type DecodeOptions, type ImageRejection } from '../../../src/image/decode-image.js'
import { plainPng, pngHeader } from '../../support/pictures.js'

const LIMITS = { maxPixels: 10_000, sizes: [4] }

/** The first square that a file is decoded to, as rows of [r, g, b]. */
async function square (file: Uint8Array, size = 4): Promise<number[][][]> {
  const [rgb = new Uint8Array()] = await decodeImage(file, { ...LIMITS, sizes: [size] })
  return Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => [...rgb.subarray(3 * (row * size + column), 3 * (row * size + column) + 3)]))
}

/** Left half in one colour, right half in another. */
function halves (left: string, right: string, size = 8): Sharp {
  return sharp({ create: { width: size, height: size, channels: 3, background: left } })
    .composite([{ input: { create: { width: size / 2, height: size, channels: 3, background: right } }, left: size / 2, top: 0 }])
}

/** Why a file is not decoded. */
async function rejectionOf (file: Uint8Array, limits: DecodeOptions = LIMITS): Promise<ImageRejection | undefined> {
  const error = await decodeImage(file, limits).catch((reason: unknown) => reason)
  return error instanceof ImageRejectedError ? error.rejection : undefined
}

const RED = [255, 0, 0]
const BLUE = [0, 0, 255]

t.test('every readable format becomes the same 8-bit RGB, row by row', async (t) => {
  const picture = await halves('#f00', '#00f').png().toBuffer()
  const files = [picture, await sharp(picture).webp({ lossless: true }).toBuffer(), await sharp(picture).gif().toBuffer()]
  for (const file of files) {
    const rows = await square(file)
    t.same([rows[0]?.[0], rows[3]?.[3]], [RED, BLUE])
  }
  const [corner] = (await square(await sharp(picture).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()))[0] ?? []
  t.ok(corner !== undefined && (corner[0] ?? 0) > 245 && (corner[2] ?? 255) < 10, 'JPEG is close to it')
})

t.test('EXIF orientation is applied', async (t) => {
  // 6: the picture was stored lying on its left side; turned upright, left becomes top.
  const turned = await halves('#f00', '#00f').withMetadata({ orientation: 6 }).png().toBuffer()
  const rows = await square(turned)
  t.same([rows[0]?.[0], rows[0]?.[3]], [RED, RED])
  t.same([rows[3]?.[0], rows[3]?.[3]], [BLUE, BLUE])
})

t.test('transparency is laid on white', async (t) => {
  const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } }).png().toBuffer()
  t.same((await square(clear))[1]?.[1], [255, 255, 255])
  const half = await sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } } }).png().toBuffer()
  t.ok(Math.abs(((await square(half))[1]?.[1]?.[0] ?? 0) - 127) <= 1)
})

t.test('of an animation the first frame is taken', async (t) => {
  const frame = (background: string) => ({ create: { width: 8, height: 8, channels: 3 as const, background } })
  const animation = await sharp([await sharp(frame('#f00')).png().toBuffer(), await sharp(frame('#00f')).png().toBuffer()], { join: { animated: true } })
  for (const file of [await animation.clone().gif().toBuffer(), await animation.clone().webp({ lossless: true }).toBuffer()]) {
    t.equal((await sharp(file, { animated: true }).metadata()).pages, 2)
    t.same((await square(file))[0]?.[0], RED)
  }
})

t.test('grey, grey with alpha, palette and 16-bit files are RGB too', async (t) => {
  const grey = sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } })
  const files = [
    await grey.clone().toColourspace('b-w').png().toBuffer(),
    await grey.clone().ensureAlpha().toColourspace('b-w').png().toBuffer(),
    await grey.clone().png({ palette: true }).toBuffer(),
    await grey.clone().toColourspace('rgb16').png().toBuffer()
  ]
  for (const file of files) {
    const [pixel = []] = (await square(file))[2] ?? []
    t.equal(pixel.length, 3)
    t.ok(pixel.every((value) => Math.abs(value - 128) <= 1), `${String(pixel)}`)
  }
})

t.test('the middle square is kept, and every wanted size is cut', async (t) => {
  const thirds = await sharp({ create: { width: 24, height: 8, channels: 3, background: '#0f0' } })
    .composite([{ input: { create: { width: 8, height: 8, channels: 3, background: '#f00' } }, left: 8, top: 0 }]).png().toBuffer()
  const squares = await decodeImage(thirds, { ...LIMITS, sizes: [8, 4, 8, 2] })
  t.same(squares.map(({ length }) => length), [192, 48, 192, 12])
  t.ok(squares.every((rgb) => rgb[0] === 255 && rgb[1] === 0), 'nothing of the sides is left')
})

t.test('too many pixels are refused by the header alone', async (t) => {
  // There are no pixels behind this header: had anything been decoded, it would be damaged.
  const claim = pngHeader(50_000, 40_000)
  t.same(await rejectionOf(claim, { maxPixels: 40_000_000, sizes: [4] }), { reason: 'pixels', pixels: 2_000_000_000, maxPixels: 40_000_000 })
  await t.resolves(decodeImage(await plainPng('red', 100), LIMITS), 'the limit itself is allowed')
  t.match(await rejectionOf(await plainPng('red', 101)), { reason: 'pixels', pixels: 10_201 })
})

t.test('an animation counts the pixels of a frame, not those of all', async (t) => {
  const frame = await plainPng('red', 80)
  const animation = await sharp([frame, await plainPng('blue', 80), frame], { join: { animated: true } }).gif().toBuffer()
  await t.resolves(decodeImage(animation, LIMITS))
})

t.test('what is no picture is refused by its first bytes, whatever it calls itself', async (t) => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')
  const tiff = await sharp(await plainPng('red')).tiff().toBuffer()
  for (const file of [svg, tiff, Buffer.from('hello'), Buffer.alloc(0)]) {
    t.same(await rejectionOf(file), { reason: 'format', readable: 'PNG, JPEG, WebP, GIF' })
  }
})

t.test('damaged and cut files are refused, not guessed at', async (t) => {
  const noise = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red', noise: { type: 'gaussian', mean: 128, sigma: 40 } } }).png().toBuffer()
  const files = [noise.subarray(0, noise.length / 2), (await sharp(noise).jpeg().toBuffer()).subarray(0, 900), noise.subarray(0, 20)]
  for (const file of files) {
    t.match(await rejectionOf(file), { reason: 'damaged', detail: /./ })
  }
})
