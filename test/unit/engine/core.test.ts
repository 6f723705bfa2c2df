import t from 'tap'
import { pictureWork, textWork } from '../../support/engine-works.js'
import { createToyEngine, idsOf } from '../../support/toy-engine.js'

t.test('a picture is made in its steps, rendered and accounted for', async (t) => {
  const { start, executor, faults } = createToyEngine()
  const events = await start('p', pictureWork()).ended
  t.same(events.map(({ type }) => type), ['started', 'image', 'finished'])
  t.equal(executor.plans.filter(({ phase }) => phase === 'unmask').length, 6)
  t.ok(idsOf(events).every((id) => id >= 0 && id < 32), 'no code is masked at the end')
  const finished = events.at(-1)
  if (finished?.type !== 'finished') throw new Error('it did not finish')
  t.equal(finished.usage.forwardPasses, 2 + 6 * 2, 'two prefixes, six steps of two rows')
  t.equal(finished.usage.promptTokens, 5 + 3)
  t.equal(finished.usage.cachedTokens, 0)
  t.same(faults, [])
})

t.test('a text is written token by token until its end, with what the face encoder found', async (t) => {
  const { start } = createToyEngine()
  const events = await start('c', textWork({ maxTokens: 5 })).ended
  const tokens = events.filter(({ type }) => type === 'token')
  const finished = events.at(-1)
  if (finished?.type !== 'finished') throw new Error('it did not finish')
  t.equal(finished.usage.completionTokens, tokens.length)
  t.equal(finished.finishReason, tokens.length === 5 ? 'length' : 'stop')
  t.same(finished.face, { score: 0.75, found: true })
})
