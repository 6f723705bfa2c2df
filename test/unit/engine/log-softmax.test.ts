import t from 'tap'
import { logProbability } from '../../../src/engine/ort/log-softmax.js'

t.test('log-probabilities of a row sum to one, however large its logits', (t) => {
  const logits = Float32Array.from([1000, 999, 998.5, -2000])
  const probabilities = [...logits.keys()].map((index) => Math.exp(logProbability(logits, index)))
  const sum = probabilities.reduce((total, probability) => total + probability, 0)
  t.ok(Math.abs(sum - 1) < 1e-12)
  t.ok(Math.abs((probabilities[0] ?? 0) / (probabilities[1] ?? 0) - Math.E) < 1e-9)
  t.end()
})
