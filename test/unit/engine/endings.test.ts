import t from 'tap'
import { codedError } from '../../../src/common/errors.js'
import type { StepPlan } from '../../../src/engine/executor.js'
import { pictureWork, textWork, toyPicture } from '../../support/engine-works.js'
import { createToyEngine, idsOf } from '../../support/toy-engine.js'

/** Settles when the signal stops the step. */
async function stopped (signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return
  await new Promise<void>((resolve) => { signal?.addEventListener('abort', () => { resolve() }) })
}

t.test('work that is aborted alone in a step stops the step and gives everything back', async (t) => {
  const engine = createToyEngine({}, {
    onPlan: async (plan, signal) => {
      if (plan.phase !== 'unmask') return
      engine.core.abort('p')
      await stopped(signal)
    }
  })
  const { events } = engine.start('p', pictureWork())
  await engine.core.drain()
  t.same(events.map(({ type }) => type), ['started'], 'nobody is told anything more')
  t.equal(engine.executor.plans.filter(({ phase }) => phase === 'unmask').length, 0, 'the step was not finished')
  const stats = engine.core.takeStats()
  t.same(stats?.kvSlots.filter(({ state, slots }) => state === 'used' && slots > 0), [{ kind: 'prompt', state: 'used', slots: 1 }], 'only the unconditional prefix keeps its slot')
  t.same(stats?.aborted, [{ phase: 'prefill', count: 1 }])
})

t.test('a step that is stopped for one row is done again for the others, with the same result', async (t) => {
  const expected = idsOf(await createToyEngine().start('b', pictureWork({ seed: 2n })).ended)
  let stops = 0
  const engine = createToyEngine({}, {
    durationMs: 100,
    onPlan: async (plan, signal) => {
      if (plan.phase !== 'unmask' || plan.rows.length < 3 || engine.executor.plans.filter(({ phase }) => phase === 'unmask').length !== 2) return
      stops++
      engine.core.abort('a')
      engine.core.abort('c')
      await stopped(signal)
    }
  })
  engine.start('a', pictureWork({ seed: 1n }))
  const b = engine.start('b', pictureWork({ seed: 2n }))
  engine.start('c', pictureWork({ seed: 3n }))
  t.same(idsOf(await b.ended), expected)
  t.equal(stops, 1)
  t.equal(engine.executor.plans.filter(({ phase }) => phase === 'unmask').length, 6, 'b had its six steps')
})

t.test('work that holds its places and that no step has worked on yet can be aborted during a step', async (t) => {
  const aborted: string[] = []
  const engine = createToyEngine({}, {
    onPlan: (plan) => {
      const idle = plan.phase === 'encode' || plan.phase === 'decode' ? 'p' : 'c'
      if (aborted.length > 0) return
      aborted.push(idle)
      engine.core.abort(idle)
    }
  })
  const works = { p: engine.start('p', pictureWork()), c: engine.start('c', textWork()) }
  await engine.core.drain()
  t.equal(aborted.length, 1)
  for (const [id, { events }] of Object.entries(works)) t.equal(events.at(-1)?.type, aborted.includes(id) ? undefined : 'finished')
  t.same(engine.core.takeStats()?.aborted, [{ phase: 'waiting', count: 1 }])
  t.same(engine.faults, [])
})

t.test('work that waits can be aborted while others are worked on', async (t) => {
  const engine = createToyEngine({ decodeSlots: 1 }, { onPlan: () => { engine.core.abort('waiting') } })
  const running = engine.start('running', textWork())
  const waiting = engine.start('waiting', textWork())
  await running.ended
  await engine.core.drain()
  t.same(waiting.events, [])
  t.same(engine.core.takeStats()?.aborted, [{ phase: 'waiting', count: 1 }])
})

t.test('work past its deadline fails with the time that it had, running or waiting', async (t) => {
  const engine = createToyEngine({ decodeSlots: 1 }, { onPlan: (plan) => { if (plan.phase === 'decode') engine.clock.advance(40) } })
  const running = engine.start('running', textWork({ maxTokens: 12, stopTokenIds: [] }), { timeoutMs: 60 })
  const waiting = engine.start('waiting', textWork(), { timeoutMs: 30 })
  const patient = engine.start('patient', textWork({ maxTokens: 2 }))
  t.same((await running.ended).at(-1), { type: 'failed', error: { code: 'deadline_exceeded', args: [60] } })
  t.same(await waiting.ended, [{ type: 'failed', error: { code: 'deadline_exceeded', args: [30] } }])
  t.equal((await patient.ended).at(-1)?.type, 'finished')
})

t.test('what does not fit the queue is refused at once with the number that wait', async (t) => {
  const engine = createToyEngine({ queue: { maxSequences: 2, maxWorkUnits: 1000 } })
  const first = [engine.start('a', textWork()), engine.start('b', textWork())]
  const refused = engine.start('c', textWork())
  t.same(refused.events, [{ type: 'failed', error: { code: 'queue_full', args: [2] } }])
  await Promise.all(first.map(({ ended }) => ended))
  t.equal((await engine.start('d', textWork()).ended).at(-1)?.type, 'finished')
})

t.test('background work stands back for what comes later, but not for good', async (t) => {
  const order: string[] = []
  const engine = createToyEngine({ decodeSlots: 1 })
  const note = async (id: string, options = {}): Promise<void> => {
    await engine.start(id, textWork({ maxTokens: 1 }), options).ended
    order.push(id)
  }
  const background = note('background', { priority: 'background' })
  const normal = note('normal')
  engine.clock.advance(10_001)
  await Promise.all([background, normal, note('much later')])
  t.same(order, ['normal', 'background', 'much later'])
})

t.test('a drain finishes what is there, waiting or running, and takes nothing more', async (t) => {
  const engine = createToyEngine({ decodeSlots: 1 })
  const works = ['a', 'b', 'c'].map((id) => engine.start(id, textWork({ picture: toyPicture(id) })))
  const drained = engine.core.drain()
  t.same(engine.start('late', textWork()).events, [{ type: 'failed', error: { code: 'engine_draining', args: [] } }])
  await drained
  t.ok(works.every(({ events }) => events.at(-1)?.type === 'finished'))
})

t.test('when a step fails its rows are tried one by one, and only the one at fault fails', async (t) => {
  const isAtFault = (plan: StepPlan): boolean => plan.phase === 'unmask' && plan.rows.some(({ guidance }) => guidance?.scale === 13)
  const engine = createToyEngine({}, { onPlan: (plan) => { if (isAtFault(plan)) throw codedError('engine_out_of_memory', []) } })
  const [good, bad, other] = [engine.start('good', pictureWork()), engine.start('bad', pictureWork({ guidanceScale: 13 })), engine.start('other', pictureWork({ seed: 2n }))]
  t.same((await bad.ended).at(-1), { type: 'failed', error: { code: 'engine_out_of_memory', args: [] } })
  t.same(idsOf(await good.ended), idsOf(await createToyEngine().start('good', pictureWork()).ended))
  t.equal((await other.ended).at(-1)?.type, 'finished')
  t.ok(engine.logs.length >= 2)
})

t.test('work that native code must not see is refused with the field at fault', async (t) => {
  const { start } = createToyEngine()
  const problems = [
    pictureWork({ promptTokenIds: [] }),
    pictureWork({ promptTokenIds: [90] }),
    pictureWork({ promptTokenIds: new Array<number>(17).fill(2) }),
    pictureWork({ numInferenceSteps: 0 }),
    pictureWork({ guidanceScale: NaN }),
    pictureWork({ seed: -1n }),
    pictureWork({ given: { codeIds: new Int32Array(3) } }),
    pictureWork({ given: { codeIds: new Int32Array(16) } }),
    textWork({ textTokenIds: [-1] }),
    textWork({ choices: [] }),
    textWork({ choices: [[50]] }),
    textWork({ allowedTokenIds: [[]] }),
    textWork({ allowedTokenIds: [[4]], grammar: { key: 'a', grammar: { root: { kind: 'bytes', bytes: Uint8Array.of(97) }, rules: {} } } }),
    textWork({ logits: { bias: [[50, 1]], frequencyPenalty: 0, presencePenalty: 0 } }),
    textWork({ logits: { bias: [[4, NaN]], frequencyPenalty: 0, presencePenalty: 0 } }),
    textWork({ stop: { strings: [new Uint8Array()], lead: new Uint8Array() } }),
    textWork({ topP: 0 }),
    textWork({ topLogprobs: 21 }),
    textWork({ maxTokens: 42 }),
    textWork({ picture: { key: 'x', pixels: { pictureEncoder: new Uint8Array(1), clip: new Uint8Array(1), face: new Uint8Array(1) } } })
  ]
  const codes = problems.map((work, index) => start(`w${index}`, work).events.map((event) => event.type === 'failed' ? event.error.code : event.type).join())
  t.same(new Set(codes), new Set(['invalid_field', 'prompt_too_long', 'conversation_too_long']))
  t.equal((await start('fits', textWork({ maxTokens: 41 })).ended).at(-1)?.type, 'finished', 'the last length that fits is taken')
})
