import t from 'tap'
import { ManualClock, systemClock } from '../../../src/common/clock.js'

t.test('a manual clock moves only when it is told', async (t) => {
  const clock = new ManualClock(5)
  t.equal(clock.now(), 5)
  clock.advance(10)
  t.equal(clock.now(), 15)
})

t.test('the system clock never goes back', async (t) => {
  const before = systemClock.now()
  t.ok(systemClock.now() >= before)
})
