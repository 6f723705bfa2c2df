import t from 'tap'
import { PromptSlots } from '../../../src/scheduler/prompt-slots.js'

t.test('sequences with the same prompt share its slot', async (t) => {
  const slots = new PromptSlots(2)
  t.equal(slots.acquire(['a', 'empty']), 'acquired')
  t.equal(slots.acquire(['a', 'empty']), 'acquired')
  t.same(slots.use, { used: 2, cached: 0, free: 0 })
  t.equal(slots.acquire(['b']), 'no-place')
  slots.release(['a', 'empty'])
  t.equal(slots.acquire(['b']), 'no-place', 'the other sequence still reads them')
})

t.test('all places or none: a sequence that lacks one takes none', async (t) => {
  const slots = new PromptSlots(2)
  slots.acquire(['a'])
  t.equal(slots.acquire(['b', 'c']), 'no-place')
  t.same(slots.use, { used: 1, cached: 0, free: 1 })
})

t.test('a prompt that nobody reads is kept until another needs the place, the longest unused first', async (t) => {
  const slots = new PromptSlots(2)
  for (const key of ['a', 'b']) {
    slots.acquire([key])
    slots.fill(key)
    slots.release([key])
  }
  t.same(slots.use, { used: 0, cached: 2, free: 0 })
  slots.acquire(['a'])
  t.ok(slots.isFilled('a'), 'found')
  slots.release(['a'])
  slots.acquire(['c'])
  slots.acquire(['a'])
  t.ok(slots.isFilled('a'), 'b was unused longer and left')
  t.notOk(slots.isFilled('c'))
})

t.test('a prompt that was never computed leaves nothing behind', async (t) => {
  const slots = new PromptSlots(1)
  slots.acquire(['a'])
  slots.release(['a'])
  t.same(slots.use, { used: 0, cached: 0, free: 1 })
  slots.acquire(['a'])
  t.notOk(slots.isFilled('a'))
})

t.test('the same prompt on both sides of guidance takes one place', async (t) => {
  const slots = new PromptSlots(1)
  t.equal(slots.acquire(['empty', 'empty']), 'acquired')
  slots.release(['empty', 'empty'])
  t.equal(slots.use.used, 0)
})
