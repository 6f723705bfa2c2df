import t from 'tap'
import { AdmissionQueue, type AdmissionOptions, type QueueTicket } from '../../../src/tasks/admission.js'
import { StepTimes } from '../../../src/tasks/step-times.js'

function queueOf (maxRequests: number, maxWorkUnits = 1000, options: AdmissionOptions = {}): { queue: AdmissionQueue, enter: (units?: number, name?: string, weight?: number) => QueueTicket } {
  const queue = new AdmissionQueue({ maxRequests, maxWorkUnits }, options)
  const enter = (units = 10, name = 'a', weight = 1): QueueTicket => {
    const outcome = queue.admit('generate', units, { name, weight })
    if (!outcome.admitted) throw new Error(`refused: ${outcome.waiting} wait`)
    return outcome.ticket
  }
  return { queue, enter }
}

/** Places that somebody gets before it is refused. */
function fill (enter: (units: number, name: string, weight?: number) => QueueTicket, name: string, weight = 1, units = 1): number {
  for (let places = 0; ; places++) {
    try {
      enter(units, name, weight)
    } catch {
      return places
    }
  }
}

const NOTHING_LEFT = { generate: { waiting: 0, running: 0 }, understand: { waiting: 0, running: 0 } }

t.test('so many may wait; what has begun does not count', async (t) => {
  const { queue, enter } = queueOf(2)
  const first = enter()
  enter()
  t.same(queue.admit('caption', 1), { admitted: false, waiting: 2 })
  first.started()
  t.match(queue.admit('caption', 1), { admitted: true })
  t.same([queue.waiting, queue.inFlight, queue.running], [2, 3, { generate: 1, caption: 0, answer: 0 }])
})

t.test('so much work may wait, and a request that finds the queue empty is let in whatever it costs', async (t) => {
  const { queue, enter } = queueOf(10, 100)
  const large = enter(500)
  t.match(queue.admit('generate', 1), { admitted: false })
  large.started()
  enter(60)
  t.match(queue.admit('generate', 41), { admitted: false })
  t.match(queue.admit('generate', 40), { admitted: true })
})

t.test('the real cost takes the place of the estimate, or is refused while others wait', async (t) => {
  const { queue, enter } = queueOf(10, 100)
  enter(50)
  const mine = enter(10)
  t.same(mine.setUnits(50), { admitted: true })
  t.same(mine.setUnits(51), { admitted: false, waiting: 1 })
  t.match(queue.admit('generate', 1), { admitted: false }, 'after a refusal the old cost holds')
  mine.started()
  t.same(mine.setUnits(5000), { admitted: true }, 'the queue no longer holds it')
})

t.test('a place is given back once, however often that is said', async (t) => {
  const { queue, enter } = queueOf(2)
  const ticket = enter()
  enter()
  for (const act of [ticket.release, ticket.release, ticket.started]) act()
  t.same([queue.inFlight, queue.waiting, queue.running.generate], [1, 1, 0])
})

t.test('the advice is step arithmetic: what has begun, over those that run, and the waiting work that is over the bound', async (t) => {
  const times = new StepTimes()
  const { queue, enter } = queueOf(10, 10_000_000, { times })
  t.equal(queue.retryAfterMs, 250, 'nothing waits')
  enter(100)
  t.equal(queue.retryAfterMs, 5000, '100 units at the 50 ms that are assumed before the first step')
  times.take({ steps: [{ phase: 'unmask', rows: 4, durationMs: 40 }], workLeft: { ...NOTHING_LEFT, generate: { waiting: 100, running: 60 } } })
  enter(200).started()
  enter(200).started()
  t.equal(queue.retryAfterMs, 10 * 60 / 2 + 10 * 100, '10 ms a row: two run and have 60 units left, one with 100 waits')
  enter(1_000_000)
  t.equal(queue.retryAfterMs, 60_000)
})

t.test('among several callers nobody fills the queue, by weight, and whoever has nothing waiting finds a place', async (t) => {
  const { enter } = queueOf(60, 100_000, { callers: 'several' })
  t.equal(fill(enter, 'a'), 30, 'one alone: half')
  t.equal(fill(enter, 'b'), 15)
  t.equal(fill(enter, 'c', 3), 12, 'three times what is free')
  t.equal(fill(enter, 'd', 0.01), 1, 'at least one')
  const { enter: enterAlone } = queueOf(60)
  t.equal(fill(enterAlone, 'a'), 60, 'one caller may have it all')
})

t.test('neither may anybody fill it with a few large requests', async (t) => {
  const { enter } = queueOf(60, 100, { callers: 'several' })
  t.equal(fill(enter, 'a', 1, 20), 2, '40 of 100 while 60 are free; 60 would leave 40')
  t.equal(fill(enter, 'b', 1, 90), 1, 'its first is let in whatever it costs')
  t.equal(fill(enter, 'c', 1, 90), 1)
})

t.test('a ticket knows who is in front of it, and how long the work of its kind takes', async (t) => {
  const times = new StepTimes()
  times.take({ steps: [{ phase: 'unmask', rows: 2, durationMs: 20 }], workLeft: NOTHING_LEFT })
  const { queue, enter } = queueOf(10, 1000, { times })
  const first = enter(30)
  queue.admit('caption', 5)
  const third = enter(10)
  t.same(first.standing, { position: 0, waitMs: 0 })
  t.same(third.standing, { position: 2, waitMs: 300 })
  first.started()
  t.same(third.standing, { position: 1, waitMs: 0 })
})
