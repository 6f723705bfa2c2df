import t from 'tap'
import { ManualClock } from '../../../src/common/clock.js'
import { AdmissionQueue, type Ticket } from '../../../src/tasks/admission.js'

function queueOf (maxRequests: number, maxWorkUnits = 1000): { queue: AdmissionQueue, clock: ManualClock, enter: (units?: number) => Ticket } {
  const clock = new ManualClock()
  const queue = new AdmissionQueue({ maxRequests, maxWorkUnits }, clock)
  const enter = (units = 10): Ticket => {
    const outcome = queue.admit('generate', units)
    if (!outcome.admitted) throw new Error(`refused: ${outcome.waiting} wait`)
    return outcome.ticket
  }
  return { queue, clock, enter }
}

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

t.test('the advice follows the measured rate, the work in front, and its bounds', async (t) => {
  const { queue, clock, enter } = queueOf(10, 10_000_000)
  t.equal(queue.retryAfterMs, 250, 'nothing waits')
  enter(100)
  t.equal(queue.retryAfterMs, 5000, '100 units at the assumed 20 a second')
  const fast = enter(400)
  fast.started()
  clock.advance(2000)
  fast.release()
  // Measured 200 a second; a fifth of the way from 20 is 56.
  t.equal(queue.retryAfterMs, Math.round(1000 * 100 / 56))
  enter(1_000_000)
  t.equal(queue.retryAfterMs, 60_000)
})

t.test('time without work is not measured as slowness', async (t) => {
  const { queue, clock, enter } = queueOf(10)
  const first = enter(20)
  first.started()
  clock.advance(1000)
  first.release()
  clock.advance(3_600_000)
  const second = enter(20)
  second.started()
  clock.advance(1000)
  second.release()
  enter(20)
  t.equal(queue.retryAfterMs, 1000, 'twenty a second, as before the pause')
})
