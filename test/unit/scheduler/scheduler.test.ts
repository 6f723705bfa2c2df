import t from 'tap'
import { Scheduler } from '../../../src/scheduler/scheduler.js'
import type { Demand, Step, StepOutcome, Submission } from '../../../src/scheduler/step.js'
import { TIGHT } from '../../support/scheduler-simulation.js'

const OPTIONS = { ...TIGHT, promptSlots: 10, rowLimits: { ...TIGHT.rowLimits, unmask: 4, decode: 2, text: 4, prompt: 4, encode: 4, picture: 4 } }

function submit (scheduler: Scheduler, id: string, demand: Demand, changes: Partial<Submission> = {}): void {
  scheduler.submit({ id, demand, workUnits: 1, arrivedAt: 0, isAlone: false, ...changes })
}

/** Does the next step. */
function step (scheduler: Scheduler, completed: string[] = [], changes: Partial<StepOutcome> = {}): Step {
  const planned = scheduler.plan()
  if (planned === undefined) throw new Error('there is nothing to do')
  scheduler.commit({ costMs: 1, completed: new Set(completed), previews: new Set(), prefixBytes: 100, ...changes })
  return planned
}

const guided = (prompt: string): Demand => ({ flow: 'generate', prompts: [prompt, 'empty'] })
const text = (picture: string, textTokens = 5): Demand => ({ flow: 'understand', picture, textTokens, writes: 'text' })

t.test('guided and unguided pictures at different steps share an unmasking step', async (t) => {
  const scheduler = new Scheduler(OPTIONS)
  submit(scheduler, 'a', guided('p'))
  step(scheduler)
  step(scheduler)
  submit(scheduler, 'b', { flow: 'generate', prompts: ['q'] })
  t.equal(step(scheduler).kind, 'prompt')
  const both = step(scheduler)
  t.same(both, { kind: 'unmask', rows: [{ id: 'a', promptSlots: [0, 1] }, { id: 'b', promptSlots: [2] }] })
})

t.test('a picture that does not fit waits, and nobody behind it is let past', async (t) => {
  const scheduler = new Scheduler(OPTIONS)
  for (const id of ['a', 'b']) submit(scheduler, id, guided(id))
  step(scheduler)
  submit(scheduler, 'big', guided('c'))
  submit(scheduler, 'small', { flow: 'generate', prompts: ['d'] })
  step(scheduler, ['a'])
  t.same(scheduler.running, ['a', 'b'], 'the room is taken until the next plan')
  t.equal(step(scheduler).kind, 'render')
  t.same(scheduler.running, ['b', 'big'], 'two rows became free, and the first in the queue took them')
})

t.test('two questions about one picture encode it once and read it once', async (t) => {
  const scheduler = new Scheduler(OPTIONS)
  submit(scheduler, 'a', text('face'))
  submit(scheduler, 'b', text('face'))
  t.same(step(scheduler), { kind: 'encode', rows: [{ id: 'a', key: 'face' }] })
  t.same(step(scheduler), { kind: 'picture', rows: [{ id: 'a', key: 'face' }] })
  t.same(step(scheduler), { kind: 'text', rows: [{ id: 'a', slot: 0 }, { id: 'b', slot: 1 }] })
})

t.test('a picture that was seen before is not read again, and one whose prefix has left keeps its encoding', async (t) => {
  const scheduler = new Scheduler({ ...OPTIONS, pictureCacheBytes: 100 })
  const kinds = (id: string, picture: string): string[] => {
    submit(scheduler, id, text(picture))
    const done: string[] = []
    while (scheduler.running.length + scheduler.waiting > 0) done.push(step(scheduler, done.at(-1) === 'text' ? [id] : []).kind)
    return done
  }
  t.same(kinds('1', 'a'), ['encode', 'picture', 'text', 'decode'])
  t.same(kinds('2', 'a'), ['text', 'decode'])
  t.same(kinds('3', 'b'), ['encode', 'picture', 'text', 'decode'])
  t.same(kinds('4', 'a'), ['picture', 'text', 'decode'])
})

t.test('texts are prefilled together within the budget of tokens', async (t) => {
  const scheduler = new Scheduler({ ...OPTIONS, prefillTokens: 10 })
  for (const [id, tokens] of [['a', 6], ['b', 4], ['c', 1]] as const) submit(scheduler, id, text('face', tokens))
  step(scheduler)
  step(scheduler)
  t.same(step(scheduler).rows.map(({ id }) => id), ['a', 'b'])
})

t.test('a text longer than the budget goes alone', async (t) => {
  const scheduler = new Scheduler({ ...OPTIONS, prefillTokens: 10 })
  for (const [id, tokens] of [['a', 50], ['b', 1]] as const) submit(scheduler, id, text('face', tokens))
  step(scheduler)
  step(scheduler)
  t.same(step(scheduler).rows.map(({ id }) => id), ['a'])
})

t.test('when more texts are written than a step takes, those served longest ago go first', async (t) => {
  const scheduler = new Scheduler(OPTIONS)
  for (const id of ['a', 'b', 'c']) submit(scheduler, id, text('face'))
  for (let before = 0; before < 3; before++) step(scheduler)
  const served = Array.from({ length: 3 }, () => step(scheduler).rows.map(({ id }) => id).join(' '))
  t.same(served, ['a b', 'b c', 'a b'])
})

t.test('a step that was stopped is planned again, and its slots are free in between', async (t) => {
  const scheduler = new Scheduler(OPTIONS)
  submit(scheduler, 'a', text('face'))
  step(scheduler)
  step(scheduler)
  const first = scheduler.plan()
  scheduler.rollback(1)
  t.equal(scheduler.use.decode.used, 0)
  t.same(step(scheduler), first)
})

t.test('after a step that failed each of its rows is tried by itself, and trusted again once it has been', async (t) => {
  const scheduler = new Scheduler(OPTIONS)
  for (const id of ['a', 'b']) submit(scheduler, id, { flow: 'generate', prompts: [id] })
  step(scheduler)
  scheduler.plan()
  scheduler.rollback(1, 'its-rows')
  const rows = (): string => step(scheduler).rows.map(({ id }) => id).join(' ')
  t.same([rows(), rows(), rows()], ['a', 'b', 'a b'])
})

t.test('what must be alone waits for an empty engine and shares it with nobody', async (t) => {
  const scheduler = new Scheduler(OPTIONS)
  submit(scheduler, 'before', { flow: 'generate', prompts: ['p'] })
  step(scheduler)
  submit(scheduler, 'alone', { flow: 'generate', prompts: ['q'] }, { isAlone: true })
  submit(scheduler, 'after', text('face'))
  step(scheduler, ['before'])
  t.same(scheduler.running, ['before'])
  step(scheduler)
  step(scheduler)
  t.same(scheduler.running, ['alone'])
  step(scheduler, ['alone'])
  t.same(scheduler.running, ['alone'])
  step(scheduler)
  step(scheduler)
  t.same(scheduler.running, ['after'])
})

t.test('deadlines are those of waiting and running sequences', async (t) => {
  const scheduler = new Scheduler({ ...OPTIONS, decodeSlots: 1 })
  submit(scheduler, 'running', text('face'), { deadlineAt: 20 })
  step(scheduler)
  submit(scheduler, 'waiting', text('face'), { deadlineAt: 10 })
  submit(scheduler, 'patient', text('face'))
  t.equal(scheduler.nextDeadline, 10)
  t.same(scheduler.expired(9), [])
  t.same(scheduler.expired(20), ['waiting', 'running'])
  scheduler.remove('waiting')
  t.equal(scheduler.nextDeadline, 20)
})

t.test('nothing that has begun is taken out under a step', async (t) => {
  const scheduler = new Scheduler(OPTIONS)
  submit(scheduler, 'a', text('face'))
  scheduler.plan()
  t.throws(() => scheduler.remove('a'), /under way/)
  t.throws(() => scheduler.plan(), /under way/)
  submit(scheduler, 'b', text('face'))
  t.doesNotThrow(() => scheduler.remove('b'), 'what waits may leave')
})
