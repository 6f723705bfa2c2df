import t from 'tap'
import { Batch } from '../../../src/runtime/batch.js'
import { RunOptions } from '../../../src/runtime/run-options.js'
import { Session } from '../../../src/runtime/session.js'
import { environment, longGraph, modelOf } from '../../support/small-graphs.js'
import { until } from '../../support/until.js'

t.test('a run is stopped inside, other runs are not, and the session stays usable', async (t) => {
  const [session, other] = [await Session.load(environment, modelOf(longGraph(3000))), await Session.load(environment, modelOf(longGraph(20)))]
  const [batch, otherBatch] = [new Batch(session), new Batch(other)]
  const options = new RunOptions()
  const stopped = batch.run(options)
  const untouched = otherBatch.run()
  let ticks = 0
  const ticking = setInterval(() => { ticks++ }, 1)
  await until(() => ticks > 3)
  const askedAt = performance.now()
  options.terminate()
  await t.rejects(stopped, { code: 'run_terminated', status: 499 }, 'the event loop went on while it ran')
  t.comment(`it stopped ${Math.round(performance.now() - askedAt)} ms after it was asked to`)
  clearInterval(ticking)
  await untouched
  options.reset()
  const again = batch.run(options)
  options.terminate()
  await t.rejects(again, { code: 'run_terminated' })
  for (const handle of [batch, otherBatch, session, other, options]) handle.dispose()
})

t.test('what was asked to stop before it began does not run', async (t) => {
  const session = await Session.load(environment, modelOf(longGraph(2)))
  const batch = new Batch(session)
  const options = new RunOptions()
  options.terminate()
  await t.rejects(batch.run(options), { code: 'run_terminated' })
  options.reset()
  await batch.run(options)
  for (const handle of [batch, session, options]) handle.dispose()
})
