import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { ManualClock } from '../../../src/common/clock.js'
import { codedError } from '../../../src/common/errors.js'
import { type KeyTerms, knownKeys } from '../../../src/http/api-keys.js'
import { duration, RateLimits } from '../../../src/http/rate-limits.js'
import { agreeableEngine } from '../../support/agreeable-engine.js'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { buildToyApp, type ToyApp } from '../../support/toy-app.js'

const GENERATE = { method: 'POST', url: '/v1/faces/generate', payload: { prompt: 'a' } } as const
/** Guided, four steps. */
const UNITS = 8

const keysOf = (terms: Record<string, KeyTerms>) =>
  knownKeys(Object.entries(terms).map(([key, own]) => ({ hash: createHash('sha256').update(key).digest(), terms: own })))

async function world (t: Test, settings: Record<string, string>, terms?: Record<string, KeyTerms>): Promise<ToyApp & { clock: ManualClock }> {
  const clock = new ManualClock()
  const app = await buildToyApp(t, { engine: agreeableEngine(), clock, settings, ...(terms === undefined ? {} : { apiKeys: keysOf(terms) }) })
  return { ...app, clock }
}

t.test('so many requests a minute, with what is left in the headers and the exact wait in the refusal', async (t) => {
  const { server, clock } = await world(t, { rateLimitRequests: '2' })
  const first = await server.inject(GENERATE)
  t.match([first.statusCode, first.headers], [200, { 'x-ratelimit-limit-requests': '2', 'x-ratelimit-remaining-requests': '1', 'x-ratelimit-reset-requests': '30s' }])
  t.notOk('x-ratelimit-limit-work-units' in first.headers)
  await server.inject(GENERATE)
  clock.advance(10_000)
  const refused = await server.inject({ ...GENERATE, payload: 'not even read' })
  t.match([refused.statusCode, refused.json().error.code], [429, 'rate_limit_exceeded'])
  t.match(refused.headers, { 'retry-after-ms': '20000', 'retry-after': '20', 'x-should-retry': 'true', 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '50s' })
  clock.advance(20_000)
  t.equal((await server.inject(GENERATE)).statusCode, 200, 'and after the wait it is let in')
  t.match((await server.inject('/metrics')).body, /unif2ace_rejected_total{reason="rate_limit"} 1\n/)
  t.notOk('x-ratelimit-limit-requests' in (await server.inject('/v1/models')).headers, 'reading is free')
})

t.test('without a limit there are no headers and no refusals', async (t) => {
  const { server } = await world(t, {})
  for (let count = 0; count < 5; count++) {
    const { statusCode, headers } = await server.inject(GENERATE)
    t.equal(statusCode, 200)
    t.same(Object.keys(headers).filter((name) => name.startsWith('x-ratelimit')), [])
  }
})

t.test('work counts by what it really costs, and what costs more than a minute is slowed down, not impossible', async (t) => {
  const { server, clock } = await world(t, { rateLimitWork: '10' })
  const large = await server.inject({ ...GENERATE, payload: { prompt: 'a', n: 2 } })
  t.match([large.statusCode, large.headers], [200, { 'x-ratelimit-limit-work-units': '10', 'x-ratelimit-remaining-work-units': '0', 'x-ratelimit-reset-work-units': '1m36s' }])
  const refused = await server.inject(GENERATE)
  t.match([refused.statusCode, refused.json().error], [429, { code: 'rate_limit_exceeded', message: /10 work units/ }])
  t.equal(Number(refused.headers['retry-after-ms']), (2 * UNITS - 10 + 1) * 6000, 'until one unit is there')
  clock.advance(Number(refused.headers['retry-after-ms']))
  const early = await server.inject(GENERATE)
  t.match([early.statusCode, early.json().error.code], [429, 'rate_limit_exceeded'], 'its cost is known once its body is read')
  clock.advance(Number(early.headers['retry-after-ms']))
  t.equal((await server.inject(GENERATE)).statusCode, 200)
})

t.test('work that was never begun is given back', async (t) => {
  const engine = new ScriptedEngine(() => { throw codedError('engine_restarted', []) })
  const { server } = await buildToyApp(t, { engine, clock: new ManualClock(), settings: { rateLimitWork: '100' } })
  t.equal((await server.inject(GENERATE)).statusCode, 503)
  t.equal((await server.inject({ ...GENERATE, payload: { prompt: 5 } })).headers['x-ratelimit-remaining-work-units'], '100')
})

t.test('each key has its own minute, and its own limit where one is agreed', async (t) => {
  const { server } = await world(t, { rateLimitRequests: '1' }, { plain: {}, rich: { requests_per_minute: 3 }, other: {} })
  const served = async (key: string): Promise<number> => {
    let count = 0
    while (count < 10 && (await server.inject({ ...GENERATE, headers: { 'x-api-key': key } })).statusCode === 200) count++
    return count
  }
  t.same([await served('plain'), await served('rich'), await served('other')], [1, 3, 1])
})

t.test('the name of a key stands in the log lines of its requests', async (t) => {
  const lines: string[] = []
  const { server } = await buildToyApp(t, { engine: agreeableEngine(), apiKeys: keysOf({ secret: { name: 'lab' } }), logTo: { write: (line) => { lines.push(line) } }, settings: { logLevel: 'info' } })
  await server.inject({ ...GENERATE, headers: { 'x-api-key': 'secret' } })
  t.ok(lines.some((line) => JSON.parse(line).apiKey === 'lab' && /completed/.test(line)), lines.join(''))
  t.notMatch(lines.join(''), /secret/)
})

t.test('without keys each address has its own minute', async (t) => {
  const { server } = await world(t, { rateLimitRequests: '1' })
  const from = async (remoteAddress: string): Promise<number> => (await server.inject({ ...GENERATE, remoteAddress })).statusCode
  t.same([await from('10.0.0.1'), await from('10.0.0.1'), await from('10.0.0.2')], [200, 429, 200])
})

t.test('a request that finds no place does not count', async (t) => {
  const { server, admission } = await world(t, { rateLimitRequests: '5', maxQueueRequests: '1' })
  const blocker = admission.admit('generate', 1)
  const refused = await server.inject(GENERATE)
  t.match([refused.json().error.code, refused.headers['x-ratelimit-remaining-requests']], ['queue_full', '5'])
  if (blocker.admitted) blocker.ticket.release()
})

t.test('accounts are bounded: full ones are forgotten, and then the one that was unused longest', async (t) => {
  const clock = new ManualClock()
  const limits = new RateLimits(clock)
  const terms = { requests: 1, workUnits: 0 }
  for (let address = 0; address < 10_000; address++) limits.account(`a${address}`, terms).takeRequest()
  const newest = limits.account('one more', terms)
  newest.takeRequest()
  t.equal(limits.accounts, 10_000)
  t.equal(limits.account('one more', terms), newest)
  clock.advance(60_000)
  limits.account('another', terms).takeRequest()
  t.equal(limits.accounts, 1)
})

t.test('durations are written as OpenAI writes them', async (t) => {
  t.same([0, 120, 1000, 4250, 60_000, 96_000, 3_600_000].map(duration), ['0ms', '120ms', '1s', '4.25s', '1m0s', '1m36s', '60m0s'])
})
