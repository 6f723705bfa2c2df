import t from 'tap'
import { annealedConfidence, maskedAfterStep } from '../../../src/sampling/mask-schedule.js'
import { golden } from '../../support/golden.js'

/** Masked codes after each step. */
function schedule (numInferenceSteps: number, initiallyMasked: number): number[] {
  const counts: number[] = []
  for (let step = 0, maskedNow = initiallyMasked; step < numInferenceSteps && maskedNow > 0; step++) {
    maskedNow = maskedAfterStep({ step, numInferenceSteps, initiallyMasked, maskedNow })
    counts.push(maskedNow)
  }
  return counts
}

t.test('the cosine schedule reveals few codes at first and the rest at the end', async (t) => {
  t.same(schedule(4, 100), [92, 70, 38, 0])
})

t.test('one step makes the whole picture', async (t) => {
  t.same(schedule(1, 100), [0])
})

t.test('a step reveals at least one code, so that a picture may be finished early', async (t) => {
  t.same(schedule(50, 3), [2, 1, 0])
})

t.test('a whole number is not lost to rounding', async (t) => {
  // 100 cos(π/3) is 50.000000000000014 or 49.99999999999999, by the machine's cosine.
  t.equal(maskedAfterStep({ step: 1, numInferenceSteps: 3, initiallyMasked: 100, maskedNow: 90 }), 50)
})

t.test('for all settings the count falls to 0 and never rises', async (t) => {
  for (let steps = 1; steps <= 24; steps++) {
    for (const masked of [1, 2, 7, 16, 100, 256]) {
      const counts = [masked, ...schedule(steps, masked)]
      t.ok(counts.every((count, index) => index === 0 || count < (counts[index - 1] ?? 0)) && counts.at(-1) === 0, `${steps} steps, ${masked} codes`)
    }
  }
})

t.test('the confidence noise falls linearly to nothing', async (t) => {
  t.same([0, 1, 2, 3].map((step) => annealedConfidence(4, step, 4)), [3, 2, 1, 0])
})

t.test('counts and noise are those of training', async (t) => {
  for (const { initially_masked: masked, num_inference_steps: steps, masked_after_step: counts, confidence_temperature: noise } of golden('mask-schedule')) {
    t.same(schedule(steps, masked), counts, `${steps} steps, ${masked} codes`)
    const differences = noise.map((share, step) => Math.abs(share - annealedConfidence(1, step, steps)))
    t.ok(Math.max(...differences) < 1e-12)
  }
})
