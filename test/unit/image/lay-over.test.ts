import t from 'tap'
import { layOver, softened } from '../../../src/image/lay-over.js'

const SIDE = 8
const all = (value: number) => ({ rgb: new Uint8Array(3 * SIDE * SIDE).fill(value), size: SIDE })
/** Inside are rows 2 and up. */
const region = Uint8Array.from({ length: SIDE * SIDE }, (_, pixel) => pixel >= 2 * SIDE ? 1 : 0)
const rows = (values: ArrayLike<number>, width = 1): number[] => Array.from({ length: SIDE }, (_, row) => values[row * SIDE * width] ?? -1)

t.test('a hard edge shows all or nothing', async (t) => {
  t.same(rows(softened(region, SIDE, 0)), [0, 0, 1, 1, 1, 1, 1, 1])
})

t.test('a soft seam lies inside, and the picture\'s own border is none', async (t) => {
  t.same(rows(softened(region, SIDE, 3)), [0, 0, 0.25, 0.5, 0.75, 1, 1, 1])
  t.same(new Set(softened(new Uint8Array(64).fill(1), SIDE, 3)), new Set([1]), 'everything inside: nowhere a seam')
})

t.test('distances are those of a king, around corners and islands', async (t) => {
  const island = new Uint8Array(64).fill(1)
  island[9 * 3] = 0
  const opacity = softened(island, SIDE, 9)
  const king = Float32Array.from({ length: 64 }, (_, pixel) => Math.max(Math.abs(Math.floor(pixel / 8) - 3), Math.abs(pixel % 8 - 3)) / 10)
  t.same(opacity, king)
})

t.test('outside bytes are kept as they are, inside they are mixed by the opacity', async (t) => {
  const { rgb } = layOver(all(101), all(201), softened(region, SIDE, 1))
  t.same(rows(rgb, 3), [101, 101, 151, 201, 201, 201, 201, 201])
})
