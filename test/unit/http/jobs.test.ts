import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { ManualClock, systemClock, type Clock } from '../../../src/common/clock.js'
import { hashedKeys } from '../../../src/http/api-keys.js'
import { agreeableEngine } from '../../support/agreeable-engine.js'
import { forkToy } from '../../support/forked-toy.js'
import { MISCHIEF } from '../../support/mischief.js'
import { dataUrl, plainPng } from '../../support/pictures.js'
import { buildToyApp } from '../../support/toy-app.js'
import { until } from '../../support/until.js'

const image = dataUrl(await plainPng('teal'))
const engine = forkToy(t, { decodeSlots: 1 })
await engine.whenReady()

const ask = (task: string, request: object, headers: Record<string, string> = {}) => ({ method: 'POST', url: '/v1/jobs', payload: { task, request }, headers } as const)
const ENDLESS = ask('caption', { image, seed: 1, temperature: 1, top_p: MISCHIEF.endless, max_tokens: 20 })
const keys = hashedKeys(['a', 'b'].map((key) => createHash('sha256').update(key).digest()))

t.test('a job is asked for now and its answer fetched later: it is the answer of its route', async (t) => {
  const { server, admission } = await buildToyApp(t, { engine })
  const request = { prompt: 'a', seed: 7 }
  const made = await server.inject(ask('generate', request))
  t.equal(made.statusCode, 202)
  const { id } = made.json()
  t.match([made.headers.location, made.json()], [`/v1/jobs/${id}`, { id: /^job_[0-9a-f]{32}$/, object: 'job', task: 'generate', state: /queued|running/, result_url: null }])
  await until(async () => (await server.inject(`/v1/jobs/${id}`)).json().state === 'succeeded')
  const ended = (await server.inject(`/v1/jobs/${id}`)).json()
  t.match(ended, { position: 0, eta_ms: null, result_url: `/v1/jobs/${id}/result`, expires_in_ms: Number })
  const result = await server.inject(ended.result_url)
  const direct = await server.inject({ method: 'POST', url: '/v1/faces/generate', payload: request, headers: { accept: 'application/json' } })
  t.equal(result.statusCode, 200)
  t.same(result.json().data, direct.json().data, 'the same pictures')
  t.equal(result.json().id, id, 'its request has its name')
  const { body: metrics } = await server.inject('/metrics')
  t.match(metrics, 'unif2ace_jobs{state="succeeded"} 1')
  t.match(metrics, 'unif2ace_jobs{state="running"} 0')
  t.equal(admission.inFlight, 0)
})

t.test('what is wrong with a request is answered at once, as its route would, and no job is made', async (t) => {
  const { server } = await buildToyApp(t, { engine, settings: { maxJobs: '1' } })
  const refused: [body: object, status: number, code: string][] = [
    [{ task: 'generate', request: { prompt: 5 } }, 400, 'invalid_field'],
    [{ task: 'generate', request: { prompt: 'a', n: 50 } }, 422, 'setting_out_of_range'],
    [{ task: 'caption', request: { image: 'https://example.com/face.png' } }, 400, 'image_url_not_fetched'],
    [{ task: 'caption', request: { image, stream: true } }, 400, 'invalid_field'],
    [{ task: 'dance', request: {} }, 400, 'invalid_field'],
    [{ task: 'generate' }, 400, 'missing_field']
  ]
  for (const [payload, status, code] of refused) {
    const answer = await server.inject({ method: 'POST', url: '/v1/jobs', payload })
    t.match([answer.statusCode, answer.json().error.code], [status, code], JSON.stringify(payload).slice(0, 60))
  }
  t.equal((await server.inject(ask('generate', { prompt: 'a' }))).statusCode, 202, 'the one place is free')
})

t.test('an edit can be a job', async (t) => {
  const { server } = await buildToyApp(t, { engine })
  const request = { prompt: 'a', seed: 7, image }
  const { id } = (await server.inject(ask('images.edits', request))).json()
  await until(async () => (await server.inject(`/v1/jobs/${id}`)).json().state === 'succeeded')
  const direct = await server.inject({ method: 'POST', url: '/v1/images/edits', payload: request })
  t.equal(direct.statusCode, 200)
  t.same((await server.inject(`/v1/jobs/${id}/result`)).json().data, direct.json().data)
})

t.test('a picture that cannot be read makes the job fail: its result says why', async (t) => {
  const { server } = await buildToyApp(t, { engine })
  const { id } = (await server.inject(ask('caption', { image: 'data:image/png;base64,AAAA' }))).json()
  await until(async () => (await server.inject(`/v1/jobs/${id}`)).json().state === 'failed')
  const result = await server.inject(`/v1/jobs/${id}/result`)
  t.match([result.statusCode, result.json().error.code], [415, 'image_format_unsupported'])
})

t.test('a job that waits tells its place and when it will be done; deleting it frees everything', async (t) => {
  const { server, admission } = await buildToyApp(t, { engine })
  const running = (await server.inject(ENDLESS)).json()
  await until(async () => (await server.inject(`/v1/jobs/${running.id}`)).json().state === 'running')
  const waiting = [(await server.inject(ENDLESS)).json(), (await server.inject(ENDLESS)).json()]
  const seen = await Promise.all(waiting.map(async ({ id }) => (await server.inject(`/v1/jobs/${id}`)).json()))
  t.match(seen, [{ state: 'queued', position: 0 }, { state: 'queued', position: 1 }])
  t.ok(seen[0].eta_ms > 0 && seen[1].eta_ms > seen[0].eta_ms, `${seen[0].eta_ms} ms and ${seen[1].eta_ms} ms`)
  const early = await server.inject(`/v1/jobs/${running.id}/result`)
  t.match([early.statusCode, early.json().error.code], [409, 'job_unfinished'])
  for (const { id } of [running, ...waiting]) {
    const gone = await server.inject({ method: 'DELETE', url: `/v1/jobs/${id}` })
    t.match([gone.statusCode, gone.json()], [200, { state: 'cancelled', position: 0, eta_ms: null }])
    t.equal((await server.inject(`/v1/jobs/${id}`)).statusCode, 404)
  }
  await until(() => admission.inFlight === 0)
  t.same(engine.counts(), { waiting: { generate: 0, caption: 0, answer: 0 }, running: { generate: 0, caption: 0, answer: 0 } })
})

t.test('nobody sees, cancels or fetches another key\'s job', async (t) => {
  const { server } = await buildToyApp(t, { engine, apiKeys: keys })
  const { id } = (await server.inject(ask('generate', { prompt: 'a' }, { 'x-api-key': 'a' }))).json()
  for (const [method, url] of [['GET', `/v1/jobs/${id}`], ['GET', `/v1/jobs/${id}/result`], ['DELETE', `/v1/jobs/${id}`]] as const) {
    const answer = await server.inject({ method, url, headers: { 'x-api-key': 'b' } })
    t.match([answer.statusCode, answer.json().error.code], [404, 'job_not_found'])
  }
  await until(async () => (await server.inject({ url: `/v1/jobs/${id}`, headers: { 'x-api-key': 'a' } })).json().state === 'succeeded')
})

async function countable (t: Test, settings: Record<string, string>, clock: Clock = systemClock) {
  const { server } = await buildToyApp(t, { engine: agreeableEngine(), apiKeys: keys, settings, clock })
  const make = async (key: string): Promise<{ status: number, id: string }> => {
    const answer = await server.inject(ask('generate', { prompt: 'a' }, { 'x-api-key': key }))
    return { status: answer.statusCode, id: answer.json().id }
  }
  const state = async (id: string, key: string): Promise<string> => (await server.inject({ url: `/v1/jobs/${id}`, headers: { 'x-api-key': key } })).json().state
  const done = async (key: string): Promise<string> => {
    const { id } = await make(key)
    await until(async () => await state(id, key) === 'succeeded')
    return id
  }
  return { server, make, state, done }
}

t.test('results are bounded: of a caller the oldest goes, and whoever has most makes room for the others', async (t) => {
  const { state, done } = await countable(t, { maxJobs: '3' })
  const first = [await done('a'), await done('a'), await done('a')]
  const other = await done('b')
  t.same([await state(first[0] ?? '', 'a'), await state(first[1] ?? '', 'a'), await state(other, 'b')], [undefined, 'succeeded', 'succeeded'])
  await done('a')
  t.same([await state(first[1] ?? '', 'a'), await state(other, 'b')], [undefined, 'succeeded'])
})

t.test('results expire', async (t) => {
  const clock = new ManualClock()
  const { state, done } = await countable(t, { jobResultMs: '5000' }, clock)
  const id = await done('a')
  clock.advance(4999)
  t.equal(await state(id, 'a'), 'succeeded')
  clock.advance(1)
  t.equal(await state(id, 'a'), undefined)
})

t.test('jobs that have not ended are never dropped: one more is 429', async (t) => {
  const { server, lifecycle } = await buildToyApp(t, { engine, settings: { maxJobs: '1' } })
  const { id } = (await server.inject(ENDLESS)).json()
  const refused = await server.inject(ENDLESS)
  t.match([refused.statusCode, refused.json().error.code, refused.headers['x-should-retry']], [429, 'jobs_full', 'true'])
  t.match((await server.inject('/metrics')).body, /unif2ace_rejected_total{reason="jobs_full"} 1\n/)
  await server.inject({ method: 'DELETE', url: `/v1/jobs/${id}` })
  t.equal(lifecycle.isDraining, false)
})

t.test('a job has a deadline of its own', async (t) => {
  const { server } = await buildToyApp(t, { engine, settings: { jobTimeoutMs: '100' } })
  const { id } = (await server.inject(ENDLESS)).json()
  await until(async () => (await server.inject(`/v1/jobs/${id}`)).json().state === 'failed')
  const result = await server.inject(`/v1/jobs/${id}/result`)
  t.match([result.statusCode, result.json().error], [504, { code: 'deadline_exceeded', message: /100 ms/ }])
})

t.test('a server without jobs has no such routes', async (t) => {
  const { server } = await buildToyApp(t, { engine: agreeableEngine(), settings: { maxJobs: '0' } })
  t.equal((await server.inject(ask('generate', { prompt: 'a' }))).json().error.code, 'route_not_found')
})
