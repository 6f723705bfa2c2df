import t from 'tap'
import type { Submission } from '../../../src/scheduler/step.js'
import { WaitingQueue } from '../../../src/scheduler/waiting-queue.js'

const submission = (id: string, changes: Partial<Submission> = {}): Submission =>
  ({ id, demand: { flow: 'generate', prompts: ['p'] }, workUnits: 10, arrivedAt: 0, isAlone: false, ...changes })

t.test('the queue is bounded in sequences', async (t) => {
  const queue = new WaitingQueue({ maxSequences: 2, maxWorkUnits: 1000 })
  queue.admit(submission('a'))
  queue.admit(submission('b'))
  t.same(queue.admit(submission('c')), { outcome: 'full', waiting: 2 })
  queue.remove('a')
  t.same(queue.admit(submission('c')), { outcome: 'queued' })
})

t.test('the queue is bounded in work units, but one sequence always fits', async (t) => {
  const queue = new WaitingQueue({ maxSequences: 10, maxWorkUnits: 100 })
  t.same(queue.admit(submission('huge', { workUnits: 5000 })), { outcome: 'queued' })
  t.same(queue.admit(submission('b')), { outcome: 'full', waiting: 1 })
  queue.remove('huge')
  t.equal(queue.workUnits, 0)
})

t.test('the order is that of arrival, whoever is admitted later', async (t) => {
  const queue = new WaitingQueue({ maxSequences: 10, maxWorkUnits: 1000 })
  for (const [id, arrivedAt] of [['late', 30], ['early', 10], ['middle', 20], ['also middle', 20]] as const) queue.admit(submission(id, { arrivedAt }))
  t.same(queue.inOrder.map(({ id }) => id), ['early', 'middle', 'also middle', 'late'])
})
