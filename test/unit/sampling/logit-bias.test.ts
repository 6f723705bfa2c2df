import t from 'tap'
import { logitBiasOf } from '../../../src/sampling/logit-bias.js'

t.test('a bias stands always; penalties count what was written', (t) => {
  const rules = { bias: [[3, 5], [4, -1]], frequencyPenalty: 0.5, presencePenalty: 2 } as const
  t.same(logitBiasOf(rules, []), new Map([[3, 5], [4, -1]]))
  t.same(logitBiasOf(rules, [4, 7, 7]), new Map([[3, 5], [4, -3.5], [7, -3]]))
  t.end()
})

t.test('nothing to add is nothing', (t) => {
  t.equal(logitBiasOf({ bias: [], frequencyPenalty: 0, presencePenalty: 0 }, [1, 2]), undefined)
  t.equal(logitBiasOf({ bias: [], frequencyPenalty: 1, presencePenalty: 1 }, []), undefined)
  t.end()
})
