import t, { type Test } from 'tap'
import type { EngineEvent, EngineStats } from '../../../src/engine/protocol.js'
import { agreeableEngine } from '../../support/agreeable-engine.js'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { buildToyApp, type ToyApp, type ToyAppOptions } from '../../support/toy-app.js'
import { until } from '../../support/until.js'

const NOTHING_LEFT = { generate: { waiting: 0, running: 0 }, understand: { waiting: 0, running: 0 } }
const STATS: EngineStats = { steps: [{ phase: 'unmask', rows: 2, durationMs: 200 }], expertSelections: [], activated: [], activatedTotals: [], prefixCache: [], kvSlots: [], pictureCacheBytes: 0, workLeft: NOTHING_LEFT, aborted: [] }

const generate = (headers: Record<string, string>, payload: object = { prompt: 'a' }) => ({ method: 'POST', url: '/v1/faces/generate', payload, headers } as const)

/** A server whose engine has measured 100 ms a row: the eight rows of a picture take 800 ms. */
async function world (t: Test, engine: ScriptedEngine, options: Omit<ToyAppOptions, 'engine'> = {}): Promise<ToyApp> {
  const app = await buildToyApp(t, { engine, ...options })
  engine.tell('stats', STATS)
  return app
}

t.test('a deadline that the request\'s own steps pass is refused at once, with what they take', async (t) => {
  const engine = agreeableEngine()
  const { server } = await world(t, engine)
  const refused = await server.inject(generate({ 'x-deadline-ms': '799' }))
  t.match([refused.statusCode, refused.json().error, refused.headers['x-should-retry']], [422, { code: 'deadline_too_short', message: /at least 800 ms/ }, 'false'])
  t.equal(engine.submitted.length, 0, 'nothing was begun')
  t.equal((await server.inject(generate({ 'x-deadline-ms': '1500' }))).statusCode, 200)
  t.equal((await server.inject(generate({ 'x-deadline-ms': '799' }, { prompt: 'a', num_inference_steps: 3 }))).statusCode, 200, 'fewer steps are in time')
  t.equal((await server.inject(generate({}))).statusCode, 200, 'who sets no deadline is not refused')
  t.match((await server.inject('/metrics')).body, /unif2ace_rejected_total{reason="deadline"} 1\n/)
})

t.test('a deadline that the work in front passes is 429 with the time to wait', async (t) => {
  const { server, admission } = await world(t, agreeableEngine())
  const front = admission.admit('generate', 30)
  const refused = await server.inject(generate({ 'x-deadline-ms': '3000' }))
  t.match([refused.statusCode, refused.json().error.code, refused.headers['retry-after-ms']], [429, 'deadline_behind_queue', '3000'])
  t.equal((await server.inject(generate({ 'x-deadline-ms': '4500' }))).statusCode, 200)
  if (front.admitted) front.ticket.release()
  t.equal((await server.inject(generate({ 'x-deadline-ms': '3000' }))).statusCode, 200)
})

t.test('before anything was measured no deadline is called impossible, and the engine is given it', async (t) => {
  const engine = agreeableEngine()
  const { server } = await buildToyApp(t, { engine, clock: { now: () => 1000 } })
  t.equal((await server.inject(generate({ 'x-deadline-ms': '900' }))).statusCode, 200)
  t.equal(engine.submitted[0]?.options.deadlineAt, 1900)
  await server.inject(generate({ 'x-deadline-ms': '500000' }))
  t.equal(engine.submitted[1]?.options.deadlineAt, 121_000, 'the server\'s own deadline is the earlier one')
})

t.test('past a deadline of its own a request is 504 and says which', async (t) => {
  const engine = new ScriptedEngine(async function * (_work, { signal }): AsyncGenerator<EngineEvent> {
    await new Promise((_resolve, reject) => { signal?.addEventListener('abort', () => { reject(signal.reason) }) })
  })
  const { server } = await buildToyApp(t, { engine })
  const late = await server.inject(generate({ 'x-deadline-ms': '50' }))
  t.match([late.statusCode, late.json().error], [504, { code: 'deadline_exceeded', message: /50 ms/ }])
})

t.test('priorities and shares go with the work to the engine', async (t) => {
  const engine = agreeableEngine()
  const { server } = await buildToyApp(t, { engine })
  await server.inject(generate({ 'x-priority': 'background' }))
  await server.inject(generate({}))
  t.match(engine.submitted.map(({ options }) => options), [{ priority: 'background', share: { name: 'anonymous', weight: 1 } }, { priority: 'normal' }])
})

t.test('words and numbers that the headers do not take are 400', async (t) => {
  const { server } = await buildToyApp(t, { engine: agreeableEngine() })
  for (const headers of [{ 'x-priority': 'high' }, { 'x-priority': '' }, { 'x-deadline-ms': '0' }, { 'x-deadline-ms': '1.5' }, { 'x-deadline-ms': '-5' }, { 'x-deadline-ms': '2147483648' }, { 'x-deadline-ms': '5s' }]) {
    const answer = await server.inject(generate(headers as Record<string, string>))
    t.match([answer.statusCode, answer.json().error.code], [400, 'header_invalid'], JSON.stringify(headers))
  }
  await until(async () => (await server.inject('/metrics')).body.includes('unif2ace_requests_total{task="generate",outcome="invalid"} 7\n'))
})
