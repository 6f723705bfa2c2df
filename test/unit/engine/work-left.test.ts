import t from 'tap'
import { workUnits } from '../../../src/engine/work-units.js'
import { pictureWork, textWork } from '../../support/engine-works.js'
import { createToyEngine } from '../../support/toy-engine.js'

t.test('the work that is left is exact: it falls by a step\'s rows until nothing is left', async (t) => {
  const left: number[] = []
  const work = pictureWork({ numInferenceSteps: 4, guidanceScale: 3 })
  const { core, start } = createToyEngine({}, { onPlan: () => { left.push(core.takeStats()?.workLeft.generate.running ?? -1) } })
  await start('p', work).ended
  const steps = left.filter((units) => units > 0)
  t.equal(steps[0], workUnits(work))
  t.same([...new Set(steps)], [8, 6, 4, 2])
  t.same(core.takeStats()?.workLeft, { generate: { waiting: 0, running: 0 }, understand: { waiting: 0, running: 0 } })
})

t.test('what has not begun waits; a text has at most its tokens left', async (t) => {
  const { core, start } = createToyEngine({ decodeSlots: 1 })
  const [first, second] = [start('a', textWork({ maxTokens: 8 })), start('b', textWork({ maxTokens: 16 }))]
  t.same(core.takeStats()?.workLeft.understand, { waiting: 3 + 4, running: 0 })
  await Promise.all([first.ended, second.ended])
  t.same(core.takeStats()?.workLeft.understand, { waiting: 0, running: 0 })
})
