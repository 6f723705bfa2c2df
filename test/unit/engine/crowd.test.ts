import t from 'tap'
import { uniforms } from '../../../src/common/rng.js'
import type { Work } from '../../../src/engine/protocol.js'
import { EMPTY_PROMPT, pictureWork, textWork, toyPicture } from '../../support/engine-works.js'
import type { Started } from '../../support/start-work.js'
import { createToyEngine, idsOf, type ToyEngine } from '../../support/toy-engine.js'

/** Slots and bytes for a few at a time, so that places change hands all the time. */
const TIGHT = {
  rowLimits: { encode: 2, prefill: 2, decode: 3, unmask: 4, render: 2 },
  decodeSlots: 4,
  promptSlots: 4,
  pictureCacheBytes: 2000,
  prefillTokens: 12
}

/** Work of all kinds; the same index is the same work. */
function workOf (index: number): Work {
  const name = 'abcde'[index % 5] ?? 'a'
  const promptTokenIds = [2, 3, 10 + index % 7, 1]
  if (index % 12 === 6) return pictureWork({ promptTokenIds, seed: BigInt(index), previews: index % 4, given: { picture: toyPicture(name), remake: Array.from({ length: 1 + index % 16 }, (_, position) => position) } })
  switch (index % 4) {
    case 0:
      return pictureWork({ promptTokenIds, seed: BigInt(index), numInferenceSteps: 2 + index % 7, previews: index % 3 })
    case 1:
      return textWork({ picture: toyPicture(name), seed: BigInt(index), maxTokens: 1 + index % 15 })
    case 2:
      return pictureWork({ promptTokenIds, seed: BigInt(index), guidanceScale: index % 8 < 4 ? 1 : 5, negativeTokenIds: index % 3 === 0 ? [2, 3, 33, 1] : EMPTY_PROMPT })
    default:
      return textWork({ picture: toyPicture(name), textTokenIds: [0, 20 + index % 6], seed: BigInt(index), temperature: index % 3 })
  }
}

async function alone (index: number): Promise<number[]> {
  return idsOf(await createToyEngine().start('alone', workOf(index)).ended)
}

t.test('a seed gives the same ids alone and in a crowd that comes and goes', async (t) => {
  const count = 60
  const expected = await Promise.all(Array.from({ length: count }, (_, index) => alone(index)))
  const started: Started[] = []
  const engine: ToyEngine = createToyEngine(TIGHT, {
    // Others join while a step is under way, and some of them leave again.
    onPlan: (plan) => {
      const draw = uniforms({ seed: 1n, stream: 0, step: engine.executor.plans.length, row: started.length }, 2)
      const next = started.length
      if ((draw[0] ?? 0) < 0.6 && next < count) started.push(engine.start(`s${next}`, workOf(next)))
      if ((draw[1] ?? 0) < 0.15) {
        engine.start(`gone${plan.phase}${engine.executor.plans.length}`, workOf(engine.executor.plans.length))
        engine.core.abort(`gone${plan.phase}${engine.executor.plans.length - 3}`)
      }
    }
  })
  started.push(engine.start('s0', workOf(0)))
  while (started.length < count) {
    await started.at(-1)?.ended
    if (started.length < count) started.push(engine.start(`s${started.length}`, workOf(started.length)))
  }
  const events = await Promise.all(started.map(({ ended }) => ended))
  for (const [index, own] of events.entries()) t.same(idsOf(own), expected[index], `sequence ${index}`)
  t.same(engine.faults, [], 'no invariant was broken')
})

t.test('pictures of one request with different rows differ, and with the same row do not', async (t) => {
  const first = idsOf(await createToyEngine().start('p', pictureWork({ row: 0 })).ended)
  t.same(idsOf(await createToyEngine().start('p', pictureWork({ row: 0 })).ended), first)
  t.notSame(idsOf(await createToyEngine().start('p', pictureWork({ row: 1 })).ended), first)
})
