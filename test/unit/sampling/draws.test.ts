import t from 'tap'
import { drawOfToken, drawsOfStep } from '../../../src/sampling/draws.js'

t.test('each seed, row, step and use has numbers of its own', async (t) => {
  const runs = [
    drawsOfStep({ seed: 1n, row: 0 }, 0, 8),
    drawsOfStep({ seed: 2n, row: 0 }, 0, 8),
    drawsOfStep({ seed: 1n, row: 1 }, 0, 8),
    drawsOfStep({ seed: 1n, row: 0 }, 1, 8)
  ].flatMap(({ token, confidence }) => [token.join(), confidence.join()])
  t.equal(new Set(runs).size, 8)
})

t.test('a position draws the same however many positions there are', async (t) => {
  const few = drawsOfStep({ seed: 5n, row: 2 }, 3, 5)
  const many = drawsOfStep({ seed: 5n, row: 2 }, 3, 100)
  t.same(many.token.subarray(0, 5), few.token)
})

t.test('numbers are never 0 and never 1', async (t) => {
  const { token, confidence } = drawsOfStep({ seed: 2n ** 64n - 1n, row: 0 }, 0, 4096)
  t.ok([...token, ...confidence].every((draw) => draw > 0 && draw < 1))
})

t.test('tokens of a text draw by their index', async (t) => {
  const draws = Array.from({ length: 50 }, (_, index) => drawOfToken({ seed: 1n, row: 0 }, index))
  t.equal(new Set(draws).size, 50)
})
