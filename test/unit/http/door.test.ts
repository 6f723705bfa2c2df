import { createHash } from 'node:crypto'
import t from 'tap'
import { ManualClock } from '../../../src/common/clock.js'
import { codedError } from '../../../src/common/errors.js'
import { hashedKeys } from '../../../src/http/api-keys.js'
import type { EngineEvent } from '../../../src/engine/protocol.js'
import { forkToy } from '../../support/forked-toy.js'
import { MISCHIEF } from '../../support/mischief.js'
import { dataUrl, plainPng } from '../../support/pictures.js'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { buildToyApp } from '../../support/toy-app.js'
import { until } from '../../support/until.js'

const image = dataUrl(await plainPng('teal'))
const GENERATE = { method: 'POST', url: '/v1/faces/generate', payload: { prompt: 'a' } } as const
const ENDLESS = { method: 'POST', url: '/v1/faces/caption', payload: { image, seed: 1, temperature: 1, top_p: MISCHIEF.endless, max_tokens: 20 } } as const

t.test('every route under /v1/ asks for a key, however its URL is spelled', async (t) => {
  const apiKeys = hashedKeys(['right', 'other'].map((key) => createHash('sha256').update(key).digest()))
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine(), apiKeys })
  const spellings = ['/v1/models', '/v1/models?x=1', '/%761/models', '/v1/models/toy', 'http://elsewhere/v1/models']
  for (const url of spellings) {
    const answer = await server.inject({ url })
    t.equal(answer.statusCode, 401, url)
    t.match(answer.json(), { error: { type: 'authentication_error', code: 'api_key_invalid' } })
    t.match(answer.headers, { 'www-authenticate': 'Bearer', 'x-should-retry': 'false' })
  }
  t.equal((await server.inject(GENERATE)).statusCode, 401)
  t.equal((await server.inject({ url: '/v1/models', headers: { authorization: 'Bearer wrong' } })).statusCode, 401)
  t.equal((await server.inject({ url: '/v1/models', headers: { authorization: 'Bearer right' } })).statusCode, 200)
  for (const url of ['/v2/models/generate', '/v2/models/generate/versions/toy/ready']) t.match((await server.inject(url)).json(), { error: /api_key_invalid/ })
  t.match((await server.inject({ method: 'POST', url: '/v2/models/generate/infer', payload: { inputs: [] } })).json(), { error: /api_key_invalid/ })
  for (const url of ['/v2', '/v2/health/live']) t.equal((await server.inject(url)).statusCode, 200)
  t.equal((await server.inject({ url: '/v1/models', headers: { 'x-api-key': 'other' } })).statusCode, 200)
  for (const url of ['/livez', '/readyz', '/metrics', '/openapi.json', '/docs']) t.not((await server.inject({ url })).statusCode, 401, url)
})

t.test('callers do not share the cache of pictures', async (t) => {
  const keys: string[] = []
  const engine = new ScriptedEngine((work) => {
    if (work.kind === 'understand') keys.push(work.picture.key)
    throw codedError('engine_draining', [])
  })
  const apiKeys = hashedKeys(['a', 'b'].map((key) => createHash('sha256').update(key).digest()))
  const { server } = await buildToyApp(t, { engine, apiKeys })
  for (const key of ['a', 'a', 'b']) await server.inject({ method: 'POST', url: '/v1/faces/caption', headers: { 'x-api-key': key }, payload: { image } })
  t.equal(keys.length, 3)
  t.equal(keys[0], keys[1])
  t.not(keys[0], keys[2])
})

t.test('a full queue answers 429 with the time to wait, before the body is looked at', async (t) => {
  const engine = forkToy(t, { decodeSlots: 1 })
  await engine.whenReady()
  const { server, admission, lifecycle } = await buildToyApp(t, { engine, settings: { maxQueueRequests: '1' } })
  const running = server.inject(ENDLESS)
  await until(() => admission.running.caption === 1)
  const waiting = server.inject(ENDLESS)
  await until(() => admission.waiting === 1)
  const refused = await server.inject({ ...ENDLESS, payload: 'no json at all' })
  t.equal(refused.statusCode, 429)
  t.match(refused.json(), { error: { code: 'queue_full', type: 'rate_limit_error', message: /1 requests are waiting/ } })
  const { 'retry-after-ms': ms, 'retry-after': seconds } = refused.headers
  t.ok(Number(ms) >= 250 && Number(ms) <= 60_000)
  t.equal(Number(seconds), Math.ceil(Number(ms) / 1000))
  t.equal(refused.headers['x-should-retry'], 'true')
  lifecycle.forceStop(codedError('engine_draining', []))
  t.same((await Promise.all([running, waiting])).map(({ statusCode }) => statusCode), [503, 503], 'a forced stop tells those in flight')
  t.equal(admission.inFlight, 0)
  t.match((await server.inject('/metrics')).body, /unif2ace_rejected_total{reason="queue_full"} 1\n/)
})

t.test('work that is more than the queue holds finds no place behind other work, and is served when the queue is empty', async (t) => {
  const engine = forkToy(t, { decodeSlots: 1 })
  await engine.whenReady()
  const { server, admission, lifecycle } = await buildToyApp(t, { engine, settings: { maxQueueWork: '10' } })
  const large = { ...GENERATE, payload: { prompt: 'a', n: 2, num_inference_steps: 8 } }
  t.equal((await server.inject(large)).statusCode, 200)
  const blocked = [server.inject(ENDLESS)]
  await until(() => admission.running.caption === 1)
  blocked.push(server.inject(ENDLESS))
  await until(() => admission.waiting === 1)
  t.match((await server.inject(large)).json(), { error: { code: 'queue_full' } })
  lifecycle.forceStop(codedError('engine_draining', []))
  await Promise.all(blocked)
})

t.test('an engine that is not there yet, drains or is gone is 503', async (t) => {
  const engine = new ScriptedEngine()
  const { server } = await buildToyApp(t, { engine })
  for (const state of ['starting', 'stopped'] as const) {
    engine.enter(state)
    const answer = await server.inject(GENERATE)
    t.match([answer.statusCode, answer.json().error.code, answer.headers['retry-after']], [503, 'engine_not_ready', '1'], state)
    const ready = await server.inject('/readyz')
    t.match([ready.statusCode, ready.json()], [503, { status: state }])
  }
  t.equal((await server.inject('/livez')).statusCode, 200)
  t.match((await server.inject('/metrics')).body, /unif2ace_rejected_total{reason="not_ready"} 2\n/)
})

t.test('while the engine restarts requests wait for it', async (t) => {
  const engine = new ScriptedEngine(async function * (): AsyncGenerator<EngineEvent> {
    throw codedError('engine_restarted', [])
  })
  const { server } = await buildToyApp(t, { engine })
  engine.enter('restarting')
  t.match([(await server.inject('/readyz')).statusCode, (await server.inject('/readyz')).json()], [503, { status: 'restarting' }])
  t.match((await server.inject(GENERATE)).json(), { error: { code: 'engine_restarted' } }, 'it was let in')
})

t.test('a server that drains refuses new work and says so to its probe', async (t) => {
  const { server, lifecycle } = await buildToyApp(t, { engine: new ScriptedEngine() })
  t.equal((await server.inject('/readyz')).statusCode, 200)
  lifecycle.beginDrain()
  const answer = await server.inject(GENERATE)
  t.match([answer.statusCode, answer.json().error.code, answer.headers['x-should-retry']], [503, 'engine_draining', 'true'])
  const ready = await server.inject('/readyz')
  t.match([ready.statusCode, ready.json()], [503, { status: 'draining' }])
  t.equal((await server.inject('/livez')).statusCode, 200)
})

t.test('past its deadline a request is 504 and its places are free', async (t) => {
  const engine = forkToy(t, { decodeSlots: 1 })
  await engine.whenReady()
  const { server, admission } = await buildToyApp(t, { engine, settings: { requestTimeoutMs: '150' } })
  const late = await server.inject(ENDLESS)
  t.match([late.statusCode, late.json().error], [504, { code: 'deadline_exceeded', message: /150 ms/ }])
  t.equal(admission.inFlight, 0)
  t.same(engine.counts().running, { generate: 0, caption: 0, answer: 0 })
  t.equal((await server.inject({ ...GENERATE, payload: { prompt: 'a', num_inference_steps: 1 } })).statusCode, 200)
  t.match((await server.inject('/metrics')).body, /unif2ace_requests_total{task="caption",outcome="timeout"} 1\n/)
})

t.test('the deadline is counted from the arrival on the clock of the server', async (t) => {
  const engine = new ScriptedEngine(() => { throw codedError('engine_draining', []) })
  const { server } = await buildToyApp(t, { engine, clock: new ManualClock(1000), settings: { requestTimeoutMs: '5000' } })
  await server.inject(GENERATE)
  t.match(engine.submitted, [{ options: { deadlineAt: 6000, delivery: 'whole' } }])
})
