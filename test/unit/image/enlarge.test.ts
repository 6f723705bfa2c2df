import t from 'tap'
import { enlarge } from '../../../src/image/enlarge.js'

const gradient = { rgb: Uint8Array.from({ length: 3 * 36 }, (_, byte) => (7 * byte) % 256), size: 6 }
const at = ({ rgb, size }: { rgb: Uint8Array, size: number }, row: number, column: number): number[] => [...rgb.subarray(3 * (row * size + column), 3 * (row * size + column) + 3)]

t.test('the same side is the same picture', async (t) => {
  t.equal(enlarge(gradient, 6), gradient)
})

t.test('the middle of what a pixel becomes is the pixel: nothing moves', async (t) => {
  for (const factor of [3, 5]) {
    const large = enlarge(gradient, 6 * factor)
    t.equal(large.rgb.length, 3 * (6 * factor) ** 2)
    for (let row = 0; row < 6; row++) for (let column = 0; column < 6; column++) t.same(at(large, factor * row + (factor - 1) / 2, factor * column + (factor - 1) / 2), at(gradient, row, column))
  }
})

t.test('one colour stays one colour, to the edges, and a single point spreads evenly to all sides', async (t) => {
  t.same(new Set(enlarge({ rgb: new Uint8Array(27).fill(99), size: 3 }, 12).rgb), new Set([99]))
  const point = { rgb: new Uint8Array(75), size: 5 }
  point.rgb.fill(255, 36, 39)
  const { rgb } = enlarge(point, 20)
  t.same(rgb, rgb.slice().reverse())
})

t.test('sides that are no multiple are a mistake', async (t) => {
  t.throws(() => enlarge(gradient, 10), /no multiple of 6/)
})
