import t from 'tap'
import type { EngineEvent, GenerateWork } from '../../../src/engine/protocol.js'
import { pictureWork, textWork, toyPicture } from '../../support/engine-works.js'
import { createToyEngine, idsOf } from '../../support/toy-engine.js'

function finishedOf (events: readonly EngineEvent[]): Extract<EngineEvent, { type: 'finished' }> {
  const last = events.at(-1)
  if (last?.type !== 'finished') throw new Error(`it ended with ${last?.type}`)
  return last
}

t.test('a picture is made in its steps, rendered and accounted for', async (t) => {
  const { start, executor, faults } = createToyEngine()
  const events = await start('p', pictureWork()).ended
  t.same(events.map(({ type }) => type), ['started', 'image', 'finished'])
  t.equal(executor.plans.filter(({ phase }) => phase === 'unmask').length, 6)
  t.ok(idsOf(events).every((id) => id >= 0 && id < 32), 'no code is masked at the end')
  const { usage } = finishedOf(events)
  t.equal(usage.forwardPasses, 2 + 6 * 2, 'two prefixes, six steps of two rows')
  t.match(usage, { promptTokens: 5 + 3, imageTokens: 16, completionTokens: 0, cachedTokens: 0 })
  t.same(faults, [])
})

t.test('a text is written token by token until its end, with what the face encoder found', async (t) => {
  const { start } = createToyEngine()
  const events = await start('c', textWork({ maxTokens: 5 })).ended
  const tokens = idsOf(events).length
  const finished = finishedOf(events)
  t.equal(finished.usage.completionTokens, tokens)
  t.equal(finished.finishReason, tokens === 5 ? 'length' : 'stop')
  t.same(finished.face, { score: 0.75, found: true })
})

t.test('a token that ends the text is not part of it, whether the model or the caller names it', async (t) => {
  const whole = idsOf(await createToyEngine().start('c', textWork()).ended)
  const [first = 0, second = 0] = whole
  t.not(first, second)
  const cut = await createToyEngine().start('c', textWork({ stopTokenIds: [second] })).ended
  t.same(idsOf(cut), [first])
  t.equal(finishedOf(cut).finishReason, 'stop')
})

t.test('constrained decoding draws the i-th token from the i-th list', async (t) => {
  const events = await createToyEngine().start('c', textWork({ maxTokens: 2, allowedTokenIds: [[40], [41, 42]] })).ended
  const [first, second] = idsOf(events)
  t.equal(first, 40)
  t.ok(second === 41 || second === 42)
})

t.test('likeliest tokens come only when asked for', async (t) => {
  const plain = await createToyEngine().start('c', textWork({ maxTokens: 1 })).ended
  t.notHas(plain.find(({ type }) => type === 'token'), { top: [] })
  const asked = await createToyEngine().start('c', textWork({ maxTokens: 1, topLogprobs: 3 })).ended
  t.equal(asked.flatMap((event) => event.type === 'token' ? event.top ?? [] : []).length, 3)
})

t.test('choices are scored each by itself behind the same question', async (t) => {
  const scores = async (choices: number[][]): Promise<number[]> => {
    const events = await createToyEngine({ rowLimits: { encode: 1, prefill: 1, decode: 1, unmask: 2, render: 1 } }).start('c', textWork({ choices })).ended
    t.same(events.map(({ type }) => type), ['started', 'choices', 'finished'])
    t.equal(finishedOf(events).usage.completionTokens, 0)
    return events.flatMap((event) => event.type === 'choices' ? event.logprobs : [])
  }
  const [yes, no] = [[30, 1], [31, 32, 1]]
  const both = await scores([yes, no])
  t.same(both, [...await scores([yes]), ...await scores([no])])
  t.same(await scores([no, yes]), both.toReversed())
})

t.test('as many previews come as were asked for, evenly spread, never behind the picture', async (t) => {
  const { start } = createToyEngine()
  const shown = async (changes: Partial<GenerateWork>): Promise<unknown[]> => (await start(JSON.stringify(changes), pictureWork(changes)).ended).flatMap((event) => event.type === 'preview' ? event.step : event.type)
  t.same(await shown({ previews: 2 }), ['started', 2, 4, 'image', 'finished'])
  t.same(await shown({ previews: 1 }), ['started', 3, 'image', 'finished'])
  t.same(await shown({ previews: 9, numInferenceSteps: 3 }), ['started', 1, 2, 'image', 'finished'], 'fewer steps than previews: each but the last')
})

t.test('a preview shows its own step, and how much is decided, however many pictures want one', async (t) => {
  const { start, executor } = createToyEngine({ rowLimits: { encode: 1, prefill: 8, decode: 1, unmask: 8, render: 1 } })
  const started = [1, 2, 3, 4].map((index) => start(`p${index}`, pictureWork({ previews: 5, seed: BigInt(index) })))
  for (const { ended } of started) {
    const previews = (await ended).flatMap((event) => event.type === 'preview' ? [event] : [])
    t.same(previews.map(({ step }) => step), [1, 2, 3, 4, 5])
    t.same(previews.map(({ decided }) => decided), [1, 3, 5, 8, 12].map((codes) => codes / 16), 'by the cosine schedule')
  }
  t.equal(executor.plans.filter(({ phase }) => phase === 'render').length, 4 * 6, 'one row a rendering')
})

t.test('editing keeps the codes that are given and makes the others', async (t) => {
  const codeIds = Int32Array.from({ length: 16 }, (_, index) => index % 2 === 0 ? index : 32)
  const made = idsOf(await createToyEngine().start('p', pictureWork({ given: { codeIds } })).ended)
  t.same(made.filter((_, index) => index % 2 === 0), [0, 2, 4, 6, 8, 10, 12, 14])
  t.ok(made.every((id) => id < 32))
})

t.test('a picture is edited from its pixels: its codes are kept but for those to make anew', async (t) => {
  const engine = createToyEngine()
  const remake = [0, 5, 6, 15]
  const given = { picture: toyPicture('a'), remake }
  const events = await engine.start('p', pictureWork({ given, previews: 1 })).ended
  const [encoding] = engine.executor.plans.filter(({ phase }) => phase === 'encode')
  t.equal(encoding?.rows.length, 1)
  const kept = (ids: number[]): Set<number> => new Set(ids.filter((_, position) => !remake.includes(position)))
  t.equal(kept(idsOf(events)).size, 1, 'the toy encodes a picture of one colour to one code')
  t.match(finishedOf(events).usage, { imageTokens: 4, originalTokens: 16, forwardPasses: 2 + 2 * 4 })
  const other = idsOf(await engine.start('q', pictureWork({ given: { ...given, picture: toyPicture('b') } })).ended)
  t.notSame(kept(other), kept(idsOf(events)), 'another picture has other codes')
  t.same(idsOf(await engine.start('r', pictureWork({ given, seed: 8n })).ended).filter((_, position) => !remake.includes(position)), [...idsOf(events)].filter((_, position) => !remake.includes(position)))
  t.equal(engine.executor.plans.filter(({ phase }) => phase === 'encode').length, 2, 'two pictures were encoded once each')
  t.same(engine.faults, [])
})

t.test('an edit finds the codes of a picture that was described, and leaves its own for whoever asks next', async (t) => {
  const { start, executor, core } = createToyEngine()
  await start('text', textWork()).ended
  await start('edit', pictureWork({ given: { picture: toyPicture('a'), remake: [1] } })).ended
  await start('edit b', pictureWork({ given: { picture: toyPicture('b'), remake: [1] } })).ended
  await start('text b', textWork({ picture: toyPicture('b') })).ended
  t.equal(executor.plans.filter(({ phase }) => phase === 'encode').length, 2)
  t.same(core.takeStats()?.prefixCache.find(({ cache }) => cache === 'encoding'), { cache: 'encoding', queries: 4, hits: 2 })
})

t.test('an edit that cannot be is refused', async (t) => {
  const { start } = createToyEngine()
  const picture = toyPicture('a')
  for (const given of [{ picture, remake: [] }, { picture, remake: [16] }, { picture, remake: [1, 1] }, { picture: { ...picture, pixels: { ...picture.pixels, clip: new Uint8Array(3) } }, remake: [1] }]) {
    t.match(await start(JSON.stringify(given), pictureWork({ given })).ended, [{ type: 'failed', error: { code: 'invalid_field' } }])
  }
  t.match(await start('many', pictureWork({ previews: 17 })).ended, [{ type: 'failed', error: { code: 'invalid_field', args: ['previews', /0 to 16/] } }])
})

t.test('with more steps than codes a picture is finished early', async (t) => {
  const { start, executor } = createToyEngine()
  await start('p', pictureWork({ numInferenceSteps: 100 })).ended
  t.ok(executor.plans.filter(({ phase }) => phase === 'unmask').length <= 16)
})

t.test('what was read before is not read again, and the account says so', async (t) => {
  const { start, core } = createToyEngine()
  await start('1', textWork()).ended
  const { usage } = finishedOf(await start('2', textWork({ seed: 8n })).ended)
  t.equal(usage.cachedTokens, 19)
  const picture = finishedOf(await start('3', pictureWork()).ended)
  t.equal(picture.usage.cachedTokens, 0)
  t.equal(finishedOf(await start('4', pictureWork({ promptTokenIds: [2, 3, 30, 1] })).ended).usage.cachedTokens, 3, 'the unconditional prefix')
  const stats = core.takeStats()
  t.same(stats?.prefixCache.toSorted((a, b) => a.cache < b.cache ? -1 : 1), [
    { cache: 'encoding', queries: 1, hits: 0 },
    { cache: 'picture', queries: 2, hits: 1 },
    { cache: 'prompt', queries: 4, hits: 1 }
  ])
})

t.test('pictures of different step counts and guidance and texts at different lengths go together', async (t) => {
  const { start, executor } = createToyEngine()
  await Promise.all([
    start('p1', pictureWork()).ended,
    start('p2', pictureWork({ guidanceScale: 1, numInferenceSteps: 9 })).ended,
    start('p3', pictureWork({ guidanceScale: 7, numInferenceSteps: 3, promptTokenIds: [2, 3, 40, 1] })).ended,
    ...['a', 'b', 'c'].map((name) => start(name, textWork({ picture: toyPicture(name) })).ended)
  ])
  t.ok(executor.plans.some((plan) => plan.phase === 'unmask' && plan.rows.length === 3))
  t.ok(executor.plans.some((plan) => plan.phase === 'decode' && plan.rows.length === 3))
})
