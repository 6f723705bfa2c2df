import t from 'tap'
import { ManualClock } from '../../../src/common/clock.js'
import type { EngineEvent } from '../../../src/engine/protocol.js'
import { trustedProxies } from '../../../src/http/trusted-proxies.js'
import { agreeableEngine } from '../../support/agreeable-engine.js'
import { dataUrl, plainPng } from '../../support/pictures.js'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { readEvents } from '../../support/server-sent-events.js'
import { buildToyApp } from '../../support/toy-app.js'

const image = dataUrl(await plainPng('teal'))
const GENERATE = { method: 'POST', url: '/v1/faces/generate', payload: { prompt: 'a' } } as const
const preflight = (origin: string) => ({ method: 'OPTIONS', url: '/v1/faces/generate', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } } as const)

t.test('pages of other origins may call the API where they are named, and nowhere else', async (t) => {
  const { server } = await buildToyApp(t, { engine: agreeableEngine(), settings: { corsOrigins: 'https://a.example,https://b.example' } })
  const allowed = await server.inject(preflight('https://b.example'))
  t.match([allowed.statusCode, allowed.headers], [204, { 'access-control-allow-origin': 'https://b.example', 'access-control-allow-methods': 'GET, POST, DELETE', 'access-control-allow-headers': 'authorization' }])
  t.notOk('access-control-allow-origin' in (await server.inject(preflight('https://evil.example'))).headers)
  const answer = await server.inject({ ...GENERATE, headers: { origin: 'https://a.example' } })
  t.match(answer.headers, { 'access-control-allow-origin': 'https://a.example', 'access-control-expose-headers': /x-seed.*x-receipt.*x-ratelimit-limit-requests/ })
  const refused = await server.inject({ ...GENERATE, payload: {}, headers: { origin: 'https://a.example' } })
  t.match([refused.statusCode, refused.headers['access-control-allow-origin']], [400, 'https://a.example'], 'errors can be read too')
  const { server: open } = await buildToyApp(t, { engine: agreeableEngine(), settings: { corsOrigins: '*' } })
  t.equal((await open.inject(preflight('https://evil.example'))).headers['access-control-allow-origin'], '*')
  const { server: closed } = await buildToyApp(t, { engine: agreeableEngine() })
  t.notOk('access-control-allow-origin' in (await closed.inject({ ...GENERATE, headers: { origin: 'https://a.example' } })).headers)
})

t.test('an OPTIONS that is no preflight is a method that the path does not take', async (t) => {
  const { server } = await buildToyApp(t, { engine: agreeableEngine(), settings: { corsOrigins: 'https://a.example' } })
  for (const headers of [{}, { origin: 'https://a.example' }, { 'access-control-request-method': 'POST' }]) {
    const answer = await server.inject({ method: 'OPTIONS', url: '/v1/models', headers })
    t.match([answer.statusCode, answer.headers.allow, answer.json()], [405, 'GET, HEAD', { error: { code: 'method_not_allowed' } }], JSON.stringify(headers))
  }
  t.match(await server.inject({ method: 'OPTIONS', url: '/nowhere' }), { statusCode: 404 })
})

t.test('a browser asks without a key whether it may ask with one', async (t) => {
  const apiKeys = { identify: () => undefined, callers: 'several' as const }
  const { server } = await buildToyApp(t, { engine: agreeableEngine(), apiKeys, settings: { corsOrigins: 'https://a.example' } })
  t.equal((await server.inject(preflight('https://a.example'))).statusCode, 204)
  const refused = await server.inject({ ...GENERATE, headers: { origin: 'https://a.example' } })
  t.match([refused.statusCode, refused.headers['access-control-allow-origin']], [401, 'https://a.example'])
})

t.test('X-Forwarded-For is believed of the proxies that are named, and of nobody else', async (t) => {
  const served = async (trustProxy: string | undefined, remoteAddress: string): Promise<number[]> => {
    const settings = { rateLimitRequests: '1', ...(trustProxy === undefined ? {} : { trustProxy }) }
    const { server } = await buildToyApp(t, { engine: agreeableEngine(), clock: new ManualClock(), settings })
    const from = async (client: string): Promise<number> => (await server.inject({ ...GENERATE, remoteAddress, headers: { 'x-forwarded-for': client } })).statusCode
    return [await from('203.0.113.1'), await from('203.0.113.2'), await from('203.0.113.1')]
  }
  t.same(await served(undefined, '10.0.0.9'), [200, 429, 429], 'everybody is the proxy')
  t.same(await served('10.0.0.0/8', '10.0.0.9'), [200, 200, 429], 'each client has its minute')
  t.same(await served('10.0.0.0/8', '192.0.2.1'), [200, 429, 429], 'a stranger\'s word is not believed')
})

t.test('what is no address and no network is refused at the start', async (t) => {
  t.same(trustedProxies(['loopback', '10.0.0.0/8', 'fd00::/8', '::1']), ['loopback', '10.0.0.0/8', 'fd00::/8', '::1'])
  t.equal(trustedProxies([]), false)
  for (const wrong of ['999.1.1.1', '10.0.0.0/33', '1.2.3', 'fd00::/129', '10.0.0.0/8/8']) t.throws(() => trustedProxies([wrong]), { code: 'setting_invalid', message: /UNIF2ACE_TRUST_PROXY/ }, wrong)
})

/** An engine that takes so long to begin, and so long to the first token, on the clock of the test. */
function slowEngine (clock: ManualClock): ScriptedEngine {
  const quick = agreeableEngine()
  return new ScriptedEngine(async function * (work, options): AsyncGenerator<EngineEvent> {
    for await (const event of quick.submit(work, options)) {
      if (event.type === 'started') clock.advance(30)
      if (event.type === 'token' || event.type === 'image') clock.advance(200)
      yield event.type === 'finished' ? { ...event, usage: { ...event.usage, timings: { ...event.usage.timings, encodeMs: 12.34 } } } : event
    }
  })
}

t.test('Server-Timing says where the time went', async (t) => {
  const clock = new ManualClock(1000)
  const { server } = await buildToyApp(t, { engine: slowEngine(clock), clock })
  t.match((await server.inject(GENERATE)).headers, { 'server-timing': 'queue;dur=30, encode;dur=12.3, total;dur=230', 'openai-processing-ms': '230' })
  const text = await server.inject({ method: 'POST', url: '/v1/faces/caption', payload: { image } })
  t.equal(text.headers['server-timing'], 'queue;dur=30, encode;dur=12.3, first-token;dur=230, total;dur=430')
  t.equal((await server.inject({ ...GENERATE, payload: {} })).headers['server-timing'], 'total;dur=0')
  t.notOk('server-timing' in (await server.inject('/v1/models')).headers)
})

t.test('a stream says it in its last event', async (t) => {
  const clock = new ManualClock()
  const { server } = await buildToyApp(t, { engine: slowEngine(clock), clock })
  const answer = await server.inject({ method: 'POST', url: '/v1/faces/caption', payload: { image, stream: true } })
  t.equal(answer.headers['server-timing'], 'total;dur=0', 'nothing has happened when the headers leave')
  const { events } = readEvents(answer.body)
  t.match(events.at(-1), { event: 'caption.completed', body: { timings: { queue_ms: 30, encode_ms: 12.3, first_token_ms: 230, total_ms: 430 } } })
  t.ok(events.slice(0, -1).every(({ body }) => !('timings' in body)))
})

t.test('capabilities are what the manifest and the settings say, and the limits are the caller\'s', async (t) => {
  const { server } = await buildToyApp(t, { engine: agreeableEngine(), settings: { rateLimitRequests: '7', maxQueueRequests: '9', maxJobs: '0', idempotencyWindowMs: '0' } })
  const told = (await server.inject('/v1/capabilities')).json()
  t.match(told, {
    object: 'capabilities',
    models: [{ id: 'toy', execution_provider: 'cpu', tasks: { generate: { defaults: { num_inference_steps: 4 }, limits: { max_images_per_request: 8 }, size: '4x4', work_units: 8 }, caption: { limits: { max_tokens: 20 } } } }],
    limits: { max_queue_requests: 9, requests_per_minute: 7, work_units_per_minute: null },
    features: { api_keys: false, idempotency_window_ms: null, jobs: null }
  })
  const route = told.routes.find(({ path }: { path: string }) => path === '/v1/faces/generate')
  t.match(route, { method: 'POST', task: 'generate' })
  t.ok(['prompt', 'seed', 'n'].every((field) => route.fields.includes(field)), route.fields.join())
  t.ok(told.routes.some(({ path, fields }: { path: string, fields: string[] }) => path === '/v1/faces/vqa' && fields.includes('choices')))
  const apiKeys = { identify: () => ({ id: 'k', requests_per_minute: 3 }), callers: 'one' as const }
  const { server: keyed } = await buildToyApp(t, { engine: agreeableEngine(), apiKeys, settings: { maxJobs: '5', rateLimitRequests: '7' } })
  t.match((await keyed.inject('/v1/capabilities')).json(), { limits: { requests_per_minute: 3 }, features: { api_keys: true, jobs: { max_jobs: 5 } } })
})
