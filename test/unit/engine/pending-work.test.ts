import t from 'tap'
import { type Delivery, PendingWork } from '../../../src/engine/pending-work.js'
import type { EngineEvent } from '../../../src/engine/protocol.js'
import { pictureWork, textWork } from '../../support/engine-works.js'

const pending = (delivery: Delivery, work = textWork()): PendingWork => new PendingWork({ id: 'w', work, delivery, priority: 'normal', submittedAt: 0, deadlineAt: undefined })
const started: EngineEvent = { type: 'started', queueMs: 0 }
const token = (tokenId: number): EngineEvent => ({ type: 'token', tokenId, logprob: 0 })
const preview = (step: number): EngineEvent => ({ type: 'preview', step, steps: 9, decided: step / 9, rgb: new Uint8Array(), size: 0 })
const last: EngineEvent = { type: 'failed', error: { code: 'internal_error', args: [''] } }

async function heard (work: PendingWork): Promise<(number | string)[]> {
  work.take(last)
  const events: (number | string)[] = []
  for await (const event of work.events.read()) events.push(event.type === 'token' ? event.tokenId : event.type === 'preview' ? event.step : event.type)
  return events
}

t.test('what was streamed cannot be run again, what nobody has seen is', async (t) => {
  const streamed = pending('streamed')
  streamed.take(started)
  t.same(streamed.crashed(), { outcome: 'resubmit' }, 'that it began is no result')
  const shown = pending('streamed')
  for (const event of [started, token(5)]) shown.take(event)
  t.match(shown.crashed(), { outcome: 'fail', error: { code: 'engine_restarted' } })
})

t.test('work whose answer is kept back is run again, and its caller hears nothing twice', async (t) => {
  const work = pending('whole')
  for (const event of [started, token(1), token(2)]) work.take(event)
  t.same(work.crashed(), { outcome: 'resubmit' })
  t.ok(work.isSuspect)
  for (const event of [started, token(1), token(2), token(3)]) work.take(event)
  t.same(await heard(work), ['started', 1, 2, 3, 'failed'])
})

t.test('previews of a second run begin behind those of the first', async (t) => {
  const work = pending('whole', undefined)
  const picture = new PendingWork({ ...work.submission, work: pictureWork() })
  picture.take(started)
  const reading = picture.events.read()
  picture.take(preview(1))
  t.same([(await reading.next()).value?.type, (await reading.next()).value?.type], ['started', 'preview'])
  picture.crashed()
  for (const event of [started, preview(1), preview(2)]) picture.take(event)
  t.match((await reading.next()).value, { type: 'preview', step: 2 })
})

t.test('the second crash in which work was in progress is taken to be its fault', async (t) => {
  const work = pending('streamed')
  work.take(started)
  work.crashed()
  work.take(started)
  t.match(work.crashed(), { outcome: 'fail', error: { code: 'request_stops_engine' } })
})

t.test('work that only waited sits out several crashes, but not for ever', async (t) => {
  const work = pending('streamed')
  const verdicts = Array.from({ length: 4 }, () => work.crashed().outcome)
  t.same(verdicts, ['resubmit', 'resubmit', 'resubmit', 'fail'])
  t.notOk(work.isSuspect)
})

t.test('a caller that reads slowly finds every preview', async (t) => {
  const work = pending('streamed')
  for (const event of [preview(1), preview(2), preview(3)]) work.take(event)
  t.same(await heard(work), [1, 2, 3, 'failed'])
})
