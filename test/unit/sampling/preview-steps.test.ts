import t from 'tap'
import { stepsTaken } from '../../../src/sampling/mask-schedule.js'
import { previewSteps } from '../../../src/sampling/preview-steps.js'

t.test('previews are spread evenly and never the last step', async (t) => {
  t.same(previewSteps(3, 16), [4, 8, 12])
  t.same(previewSteps(1, 16), [8])
  t.same(previewSteps(0, 16), [])
  t.same(previewSteps(3, 5), [1, 2, 3])
  for (let steps = 1; steps <= 40; steps++) {
    for (let count = 0; count <= 16; count++) {
      const shown = previewSteps(count, steps)
      t.equal(new Set(shown).size, Math.min(count, steps - 1), `${count} of ${steps}`)
      t.ok(shown.every((step) => step >= 1 && step < steps))
    }
  }
})

t.test('where there are few steps each but the last is shown', async (t) => {
  t.same(previewSteps(3, 3), [1, 2])
  t.same(previewSteps(3, 1), [])
})

t.test('a picture takes the steps that were asked for, or as many as it has codes to make', async (t) => {
  t.equal(stepsTaken(16, 256), 16)
  t.equal(stepsTaken(16, 5), 5)
  t.equal(stepsTaken(1, 5), 1)
  t.equal(stepsTaken(100, 1), 1)
})
