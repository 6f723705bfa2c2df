import t from 'tap'
import { RestartPolicy } from '../../../src/engine/restart-policy.js'

const limits = { initialDelayMs: 100, maxDelayMs: 500, maxFailedStarts: 3, healthyAfterMs: 1000 }

t.test('waits double from crash to crash up to a bound, and begin anew after a healthy time', async (t) => {
  const policy = new RestartPolicy(limits)
  const waits = [10, 10, 10, 10, 5000, 10].map((readyForMs) => policy.afterEnd(readyForMs))
  t.same(waits.map((wait) => wait === 'give-up' ? wait : wait.restartInMs), [100, 200, 400, 500, 100, 200])
})

t.test('an engine that never gets ready is given up, and one ready engine in between counts', async (t) => {
  const policy = new RestartPolicy(limits)
  t.not(policy.afterEnd(undefined), 'give-up')
  t.not(policy.afterEnd(undefined), 'give-up')
  t.not(policy.afterEnd(10), 'give-up')
  t.not(policy.afterEnd(undefined), 'give-up')
  t.not(policy.afterEnd(undefined), 'give-up')
  t.equal(policy.afterEnd(undefined), 'give-up')
})
