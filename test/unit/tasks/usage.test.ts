import t from 'tap'
import type { EngineUsage } from '../../../src/engine/protocol.js'
import { mergeUsage } from '../../../src/tasks/usage.js'

const part = (changes: Partial<EngineUsage>): EngineUsage => ({
  promptTokens: 5, imageTokens: 16, originalTokens: 4, completionTokens: 0, cachedTokens: 3, forwardPasses: 2, activated: { min: 10, max: 20, mean: 15, total: 100 }, touched: { min: 30, max: 40, mean: 35 }, timings: { queueMs: 0, totalMs: 1 }, ...changes
})

t.test('tokens and passes add up, means are over all passes', async (t) => {
  const merged = mergeUsage([part({}), part({ forwardPasses: 6, activated: { min: 5, max: 18, mean: 11, total: 100 }, touched: { min: 31, max: 50, mean: 39 } })])
  t.same(merged, { promptTokens: 10, imageTokens: 32, originalTokens: 8, completionTokens: 0, cachedTokens: 6, forwardPasses: 8, activated: { min: 5, max: 20, mean: 12, total: 100 }, touched: { min: 30, max: 50, mean: 38 } })
})

t.test('experts add up layer by layer, over the parts that tell of them', async (t) => {
  const one = { group: 'generate' as const, picturePasses: 2, tokenChoices: [[1, 2], [3, 0]], sequencePasses: [[2, 0], [1, 1]] }
  const other = { group: 'generate' as const, picturePasses: 3, tokenChoices: [[10, 0], [0, 10]], sequencePasses: [[0, 3], [3, 0]] }
  t.same(mergeUsage([part({ experts: one }), part({}), part({ experts: other })]).experts, { group: 'generate', picturePasses: 5, tokenChoices: [[11, 2], [3, 10]], sequencePasses: [[2, 3], [4, 1]] })
  t.notOk('experts' in mergeUsage([part({})]))
})

t.test('one part stays what it is, and no pass has no mean', async (t) => {
  const { timings, ...alone } = part({})
  t.same(mergeUsage([part({})]), alone)
  t.equal(mergeUsage([part({ forwardPasses: 0 })]).activated.mean, 0)
})
