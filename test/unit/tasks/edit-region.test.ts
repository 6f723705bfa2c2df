import t from 'tap'
import { drawnShare, type EditRegion, positionsInside } from '../../../src/tasks/edit-region.js'

const GRID = { image_tokens: 16, image_grid: [4, 4] as [number, number] }
const SIDE = 32

/** A region of single pixels of a square of 32: cells have 8. */
function regionOf (...pixels: [row: number, column: number][]): EditRegion {
  const inside = new Uint8Array(SIDE * SIDE)
  for (const [row, column] of pixels) inside[row * SIDE + column] = 1
  return { pixels: inside, side: SIDE, from: 'mask' }
}

t.test('a cell is made anew when the region touches it', async (t) => {
  t.same(positionsInside(regionOf([0, 0]), GRID), [0])
  t.same(positionsInside(regionOf([7, 7], [8, 7], [31, 31]), GRID), [0, 4, 15])
  t.same(positionsInside(undefined, GRID), Array.from({ length: 16 }, (_, position) => position))
  t.same(positionsInside(regionOf([0, 31]), { image_tokens: 8, image_grid: [2, 4] }), [3], 'rows before columns')
})

t.test('a strength is a share of the positions, at least one, drawn by seed and row', async (t) => {
  const all = positionsInside(undefined, GRID)
  const draw = (strength: number, seed = 7n, row = 0): number[] => drawnShare(all, strength, { seed, row }, 16)
  t.same([1, 0.5, 0.3, 0.001].map((strength) => draw(strength).length), [16, 8, 5, 1])
  t.same(draw(0.5), draw(0.5))
  t.notSame(draw(0.5, 8n), draw(0.5))
  t.notSame(draw(0.5, 7n, 1), draw(0.5))
  t.ok(draw(0.3).every((position) => draw(0.5).includes(position)), 'more strength makes more of the same anew')
  t.same(draw(0.5), [...draw(0.5)].sort((a, b) => a - b))
})

t.test('positions are drawn evenly', async (t) => {
  const counts = new Array<number>(16).fill(0)
  for (let seed = 0n; seed < 400n; seed++) for (const position of drawnShare([...counts.keys()], 0.5, { seed, row: 0 }, 16)) counts[position] = (counts[position] ?? 0) + 1
  t.ok(counts.every((count) => count > 150 && count < 250), counts.join())
})
