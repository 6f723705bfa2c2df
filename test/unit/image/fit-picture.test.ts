/** CLIP's square and reduced pictures have the bytes of Pillow (`training/scripts/make_face_golden.py`). */
import t from 'tap'
import { clipSquare, withinSide } from '../../../src/image/fit-picture.js'
import { resizeBicubic } from '../../../src/image/resize-bicubic.js'
import { formulaPicture, summaryOf } from '../../support/formula-picture.js'
import { goldenFaces } from '../../support/golden-faces.js'

const golden = goldenFaces()

t.test('a square for CLIP is that of CLIPImageProcessorPil', async (t) => {
  for (const { height, width, values, ...expected } of golden.clip_squares) {
    t.strictSame(summaryOf(await clipSquare(formulaPicture(height, width), 336)), expected, `${width} × ${height}`)
  }
})

t.test('a picture is reduced as Pillow does', async (t) => {
  for (const { height, width, to: [rows, columns], ...expected } of golden.reductions) {
    t.strictSame(summaryOf((await resizeBicubic(formulaPicture(height, width), columns, rows)).rgb), expected, `${width} × ${height}`)
  }
})

t.test('only a picture with a longer side is scaled, in proportion, to one pixel at least', async (t) => {
  const sizeWithin = async (height: number, width: number, side: number): Promise<number[]> => {
    const { width: columns, height: rows } = await withinSide(formulaPicture(height, width), side)
    return [rows, columns]
  }
  t.strictSame(await sizeWithin(100, 80, 100), [100, 80])
  t.strictSame(await sizeWithin(200, 81, 100), [100, 41])
  t.strictSame(await sizeWithin(900, 2, 100), [100, 1])
})

t.test('others have their turn while a large picture is resized', async (t) => {
  let turns = 0
  const timer = setInterval(() => { turns++ }, 0)
  await resizeBicubic(formulaPicture(1500, 1500), 300, 300)
  clearInterval(timer)
  t.ok(turns > 0, 'the event loop went round')
})
