import t from 'tap'
import { engineSettings, schedulerOptions } from '../../../src/engine/settings.js'
import { pictureWork, textWork } from '../../support/engine-works.js'
import { createToyEngine } from '../../support/toy-engine.js'

const CHOICES = { modelFolder: 'toy', executionProvider: 'cpu', logLevel: 'error' } as const

/** Share of the first steps that are for pictures, while both flows have more work than those steps can do. */
async function measuredShare (generateShare: number): Promise<number> {
  const kinds: string[] = []
  const { start } = createToyEngine({ generateShare, decodeSlots: 1 }, { durationMs: 1, onPlan: (plan) => { kinds.push('kind' in plan ? plan.kind : plan.phase) } })
  const works = Array.from({ length: 40 }, (_, row) => [pictureWork({ row, numInferenceSteps: 16 }), textWork({ row })]).flat()
  await Promise.all(works.map((work, index) => start(`w${index}`, work).ended))
  const first = kinds.slice(0, 60)
  return first.filter((kind) => kind === 'prompt' || kind === 'unmask' || kind === 'render').length / first.length
}

t.test('the part of pictures decides how many of the steps are theirs while texts have work too', async (t) => {
  for (const share of [0.25, 0.5, 0.75]) {
    const measured = await measuredShare(share)
    t.ok(Math.abs(measured - share) < 0.05, `${measured} of the steps at a part of ${share}`)
  }
})

t.test('settings with which no work could run are refused by name', async (t) => {
  for (const [changes, named] of [[{ generateShare: 0 }, /generateShare/], [{ generateShare: 1 }, /generateShare/], [{ decodeSlots: 0 }, /decodeSlots/], [{ promptSlots: 2 }, /promptSlots/]] as const) {
    t.throws(() => schedulerOptions(engineSettings({ ...CHOICES, ...changes })), { message: named })
  }
  t.same(schedulerOptions(engineSettings({ ...CHOICES, generateShare: 0.75 })).flowShares, { generate: 0.75, understand: 0.25 })
})
