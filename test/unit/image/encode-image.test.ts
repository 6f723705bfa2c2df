import sharp from 'sharp'
import t from 'tap'
import { decodeImage } from '../../../src/image/decode-image.js'
import { encodeImage } from '../../../src/image/encode-image.js'
import { sniffFormat } from '../../../src/image/image-format.js'

const gradient = { size: 16, rgb: Uint8Array.from({ length: 3 * 16 * 16 }, (_, index) => (index * 7) % 256) }

t.test('a PNG holds exactly the pixels that were made', async (t) => {
  const file = await encodeImage(gradient, 'png')
  const [back] = await decodeImage(file, { maxPixels: 256, sizes: [16] })
  t.same(back, gradient.rgb)
})

t.test('every format is what its first bytes say, and has the picture\'s size', async (t) => {
  for (const format of ['png', 'webp', 'jpeg'] as const) {
    const file = await encodeImage(gradient, format)
    t.equal(sniffFormat(file), format)
    t.match(await sharp(file).metadata(), { format, width: 16, height: 16, channels: 3 })
  }
})

t.test('lossy formats stay near the picture', async (t) => {
  const smooth = { size: 16, rgb: Uint8Array.from({ length: 3 * 16 * 16 }, (_, index) => 100 + Math.floor(index / 48) * 4) }
  for (const format of ['webp', 'jpeg'] as const) {
    const [back = new Uint8Array()] = await decodeImage(await encodeImage(smooth, format), { maxPixels: 256, sizes: [16] })
    const worst = Math.max(...back.map((value, index) => Math.abs(value - (smooth.rgb[index] ?? 0))))
    t.ok(worst <= 8, `${format}: ${worst}`)
  }
})
