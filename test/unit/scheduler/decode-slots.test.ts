import t from 'tap'
import { DecodeSlots } from '../../../src/scheduler/decode-slots.js'

function filled (...ids: string[]): DecodeSlots {
  const slots = new DecodeSlots(4)
  for (const id of ids) slots.add(id)
  return slots
}

t.test('when a text ends the last one moves into its place', async (t) => {
  const slots = filled('a', 'b', 'c')
  t.same(slots.remove('a'), [{ id: 'c', from: 2, to: 0 }])
  t.same(slots.snapshot, ['c', 'b'])
})

t.test('nothing moves when the last one ends, or one that has no slot', async (t) => {
  const slots = filled('a', 'b')
  t.same(slots.remove('b'), [])
  t.same(slots.remove('nobody'), [])
  t.same(slots.snapshot, ['a'])
})

t.test('a stretch begins at the text that is due and stays within the slots in use', async (t) => {
  const slots = filled('a', 'b', 'c', 'd')
  t.same(slots.around('b', 2, () => true).map(({ id }) => id), ['b', 'c'])
  t.same(slots.around('d', 3, () => true), [{ id: 'b', slot: 1 }, { id: 'c', slot: 2 }, { id: 'd', slot: 3 }])
  t.same(slots.around('b', 4, (id) => id !== 'c').map(({ id }) => id), ['a', 'b'], 'whoever may not join ends it')
})

t.test('a full cache takes nobody', async (t) => {
  t.throws(() => filled('a', 'b', 'c', 'd').add('e'), /no decode slot is free/)
})
