import sharp from 'sharp'
import t from 'tap'
import { readTransparency } from '../../../src/image/transparency.js'
import { plainPng } from '../../support/pictures.js'

/** A PNG with the alpha that is given for each pixel. */
async function withAlpha (width: number, height: number, alpha: (column: number, row: number) => number): Promise<Buffer> {
  const plane = Buffer.from(Array.from({ length: width * height }, (_, pixel) => alpha(pixel % width, Math.floor(pixel / width))))
  return await sharp({ create: { width, height, channels: 3, background: 'red' } }).joinChannel(plane, { raw: { width, height, channels: 1 } }).png().toBuffer()
}

const OPTIONS = { maxPixels: 10_000, side: 8 }

t.test('fully transparent pixels are inside; a trace of colour is not', async (t) => {
  const { region, width, height } = await readTransparency(await withAlpha(8, 8, (column) => column === 3 ? 0 : column === 4 ? 1 : 255), OPTIONS)
  t.same([width, height], [8, 8])
  t.same([...region ?? []].slice(0, 8), [0, 0, 0, 1, 0, 0, 0, 0])
})

t.test('the square is cut as pictures are cut: upright, from the middle', async (t) => {
  const wide = await withAlpha(32, 16, (column) => column < 16 ? 0 : 255)
  t.same([...(await readTransparency(wide, OPTIONS)).region ?? []].slice(0, 8), [1, 1, 1, 1, 0, 0, 0, 0])
  const turned = await sharp(wide).withMetadata({ orientation: 6 }).png().toBuffer()
  const upright = await readTransparency(turned, OPTIONS)
  t.same([upright.width, upright.height], [16, 32])
  t.same([...upright.region ?? []], Array.from({ length: 64 }, (_, pixel) => pixel < 32 ? 1 : 0))
})

t.test('without transparency there is no region: no alpha, all opaque, or only outside of the square', async (t) => {
  for (const file of [await plainPng('red'), await withAlpha(8, 8, () => 255), await withAlpha(8, 8, () => 1), await withAlpha(32, 8, (column) => column < 8 ? 0 : 255)]) {
    t.equal((await readTransparency(file, OPTIONS)).region, undefined)
  }
})

t.test('sixteen bits and palettes are read alike', async (t) => {
  const file = await withAlpha(8, 8, (column) => column < 4 ? 0 : 255)
  const expected = (await readTransparency(file, OPTIONS)).region
  for (const other of [await sharp(file).toColourspace('rgb16').png().toBuffer(), await sharp(file).png({ palette: true }).toBuffer()]) t.same((await readTransparency(other, OPTIONS)).region, expected)
})

t.test('what is no picture is rejected like any other', async (t) => {
  await t.rejects(readTransparency(Buffer.from('text'), OPTIONS), { message: /format/ })
  await t.rejects(readTransparency(await plainPng('red', 200), OPTIONS), { message: /pixels/ })
  await t.rejects(readTransparency((await plainPng('red')).subarray(0, 60), OPTIONS), { message: /damaged/ })
})
