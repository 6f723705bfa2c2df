import { request as openRequest } from 'node:http'
import t, { type Test } from 'tap'
import { codedError } from '../../../src/common/errors.js'
import type { EngineEvent } from '../../../src/engine/protocol.js'
import { dataUrl, formRequest, plainPng } from '../../support/pictures.js'
import { lintMetrics, readPrometheusText } from '../../support/prometheus-text.js'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { buildTwoToys, FIRST, SECOND } from '../../support/several-toys.js'
import { until } from '../../support/until.js'

const png = await plainPng('teal')
const image = dataUrl(png)
const GENERATE = { method: 'POST', url: '/v1/faces/generate' } as const

/** An engine that only notes what it is given. */
const deaf = (): ScriptedEngine => new ScriptedEngine(() => { throw codedError('engine_restarted', []) })

/** An engine whose work waits until it is left. */
const busy = (): ScriptedEngine => new ScriptedEngine(async function * (_work, { signal }): AsyncGenerator<EngineEvent> {
  await new Promise((resolve) => { signal?.addEventListener('abort', resolve) })
  signal?.throwIfAborted()
})

/** Every route that asks a model, with the least that it takes. */
const ROUTES: [url: string, body: object][] = [
  ['/v1/faces/generate', { prompt: 'a' }],
  ['/v1/faces/caption', { image }],
  ['/v1/faces/vqa', { image, question: 'which?' }],
  ['/v1/faces/attributes', { image, attributes: ['glasses'] }],
  ['/v1/images/generations', { prompt: 'a' }],
  ['/v1/images/edits', { prompt: 'a', image }],
  ['/v1/chat/completions', { messages: [{ role: 'user', content: [{ type: 'text', text: 'which?' }, { type: 'image_url', image_url: { url: image } }] }] }]
]

t.test('every route asks the model that its body names, or the first', async (t) => {
  const engines = [deaf(), deaf()] as const
  const { server } = await buildTwoToys(t, engines)
  for (const [url, body] of ROUTES) {
    for (const [model, asked] of [[undefined, 0], [FIRST, 0], [SECOND, 1]] as const) {
      const before = engines.map(({ submitted }) => submitted.length)
      const answer = await server.inject({ method: 'POST', url, payload: { ...body, ...(model === undefined ? {} : { model }) } })
      t.equal(answer.json().error.code, 'engine_restarted', url)
      t.same(engines.map(({ submitted }, index) => submitted.length > (before[index] ?? 0)), [asked === 0, asked === 1], `${url} ${model ?? 'without a model'}`)
    }
    const unknown = await server.inject({ method: 'POST', url, payload: { ...body, model: 'gpt-5' } })
    t.match([unknown.statusCode, unknown.json()], [404, { error: { code: 'model_not_found', param: 'model', message: /gpt-5.*toy, other-toy/ } }], url)
  }
})

t.test('a form names its model too, and a job passes it on', async (t) => {
  const [first, second] = [deaf(), deaf()]
  const { server } = await buildTwoToys(t, [first, second])
  await server.inject({ method: 'POST', url: '/v1/faces/caption', ...await formRequest([['image', png], ['model', SECOND]]) })
  t.same([first.submitted.length, second.submitted.length], [0, 1])
  const job = (model: string) => server.inject({ method: 'POST', url: '/v1/jobs', payload: { task: 'generate', request: { prompt: 'a', model } } })
  t.equal((await job(SECOND)).statusCode, 202)
  await until(() => second.submitted.length === 2)
  t.equal((await job('gpt-5')).statusCode, 404)
  t.equal(first.submitted.length, 0)
})

t.test('in the Open Inference Protocol versions are the models', async (t) => {
  const [first, second] = [deaf(), deaf()]
  const { server } = await buildTwoToys(t, [first, second])
  const payload = { inputs: [{ name: 'prompt', datatype: 'BYTES', shape: [1], data: ['a'] }] }
  const infer = (version: string) => server.inject({ method: 'POST', url: `/v2/models/generate${version}/infer`, payload })
  await infer('')
  t.same([first.submitted.length, second.submitted.length], [1, 0])
  await infer(`/versions/${SECOND}`)
  t.same([first.submitted.length, second.submitted.length], [1, 1])
  t.match((await infer('/versions/gpt-5')).json(), { error: /gpt-5 is not served.*model_not_found/ })
  t.same((await server.inject('/v2/models/generate')).json().versions, [FIRST, SECOND])
  second.enter('restarting')
  t.equal((await server.inject('/v2/health/ready')).statusCode, 503)
  t.equal((await server.inject(`/v2/models/generate/versions/${FIRST}/ready`)).statusCode, 200)
  t.equal((await server.inject(`/v2/models/generate/versions/${SECOND}/ready`)).statusCode, 503)
})

t.test('a crowded model refuses its own requests and nobody else\'s; when all are crowded no body is read', async (t) => {
  const { server, models } = await buildTwoToys(t, [busy(), busy()], { maxQueueRequests: '1' })
  const origin = await server.listen({ port: 0, host: '127.0.0.1' })
  const over = new AbortController()
  const ask = async (model: string, body = JSON.stringify({ prompt: 'a', model })): Promise<number> =>
    (await fetch(`${origin}${GENERATE.url}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: over.signal })).status
  ask(FIRST).catch(() => {})
  await until(() => models.first.waiting === 1)
  t.equal(await ask(FIRST), 429)
  t.equal(models.get(SECOND).inFlight, 0)
  ask(SECOND).catch(() => {})
  await until(() => models.waiting === 2)
  t.equal(await ask('', 'no json at all'), 429)
  const { body } = await server.inject('/metrics')
  t.match(body, `unif2ace_rejected_total{reason="queue_full",model="${FIRST}"} 1`)
  t.match(body, `unif2ace_rejected_total{reason="queue_full",model="${SECOND}"} 0`)
  t.match(body, 'unif2ace_rejected_total{reason="queue_full"} 1')
  over.abort()
  await models.whenEmpty()
})

/** Sends the head of a request and the first byte of its body. @returns ends it */
function beginBody (t: Test, origin: string): () => void {
  const request = openRequest(`${origin}${GENERATE.url}`, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': '1000' } })
  request.on('error', () => {}) // it is broken off
  request.write('{')
  t.teardown(() => { request.destroy() })
  return () => { request.destroy() }
}

t.test('requests that have not said whom they ask are bounded too, and counted where nobody is named', async (t) => {
  const { server, models } = await buildTwoToys(t, [deaf(), deaf()], { maxQueueRequests: '1' })
  const origin = await server.listen({ port: 0, host: '127.0.0.1' })
  const leave = beginBody(t, origin)
  await until(() => models.lobby.inFlight === 1)
  t.equal(models.inFlight, 1)
  t.match((await server.inject('/metrics')).body, /^unif2ace_requests_waiting 1$/m)
  const refused = await server.inject({ ...GENERATE, payload: { prompt: 'a', model: SECOND } })
  t.match([refused.statusCode, refused.json().error.code], [429, 'queue_full'])
  leave()
  await models.whenEmpty()
  t.equal((await server.inject({ ...GENERATE, payload: { prompt: 'a', model: SECOND } })).json().error.code, 'engine_restarted')
  await until(async () => (await server.inject('/metrics')).body.includes('unif2ace_requests_total{task="generate",outcome="cancelled"} 1'))
})

t.test('a model whose engine is gone, or not there yet, takes nobody else\'s requests with it', async (t) => {
  const [first, second] = [deaf(), deaf()]
  const { server } = await buildTwoToys(t, [first, second])
  const ask = async (model: string): Promise<[number, string]> => {
    const answer = await server.inject({ ...GENERATE, payload: { prompt: 'a', model } })
    return [answer.statusCode, answer.json().error.code]
  }
  t.same((await server.inject('/readyz')).json(), { status: 'ready', models: { [FIRST]: 'ready', [SECOND]: 'ready' } })
  second.enter('stopped')
  t.same(await ask(SECOND), [503, 'model_unavailable'])
  t.same(await ask(FIRST), [503, 'engine_restarted'], 'it was asked')
  const ready = await server.inject('/readyz')
  t.match([ready.statusCode, ready.json()], [503, { status: 'stopped', models: { [FIRST]: 'ready', [SECOND]: 'stopped' } }])
  first.enter('starting')
  t.same(await ask(FIRST), [503, 'engine_not_ready'], 'nobody can be asked: at the door')
  second.enter('ready')
  t.same(await ask(FIRST), [503, 'engine_not_ready'], 'somebody else can be asked')
  t.match((await server.inject('/metrics')).body, new RegExp(`unif2ace_engine_ready\\{model="${FIRST}"\\} 0[^]*unif2ace_engine_ready\\{model="${SECOND}"\\} 1`))
})

t.test('what is served is listed, with what each can do', async (t) => {
  const { server } = await buildTwoToys(t, [deaf(), deaf()])
  t.match((await server.inject('/v1/models')).json().data, [{ id: FIRST }, { id: SECOND }])
  t.equal((await server.inject(`/v1/models/${SECOND}`)).json().id, SECOND)
  const { models } = (await server.inject('/v1/capabilities')).json()
  t.match(models, [{ id: FIRST, default: true, state: 'ready', digest: /^sha256:/ }, { id: SECOND, default: false, state: 'ready', tasks: { generate: { size: String } } }])
  t.not(models[0].digest, models[1].digest)
})

t.test('metrics of several models are told apart by a label, and those of the process have none', async (t) => {
  const { server } = await buildTwoToys(t, [deaf(), deaf()])
  await server.inject({ ...GENERATE, payload: { prompt: 'a', model: SECOND } })
  await server.inject({ ...GENERATE, payload: { prompt: 'a', model: 'gpt-5' } })
  const { body } = await server.inject('/metrics')
  const families = readPrometheusText(body)
  t.same(lintMetrics(families), [])
  t.equal(body.match(/^# TYPE unif2ace_engine_ready /gm)?.length, 1, 'a family has one head')
  const modelsOf = (name: string): (string | undefined)[] => [...new Set(families.get(name)?.samples.map(({ labels }) => labels['model']))]
  t.same(modelsOf('unif2ace_model_parameters'), [FIRST, SECOND])
  t.same(modelsOf('unif2ace_requests_total'), [FIRST, SECOND, undefined])
  for (const name of ['unif2ace_jobs', 'process_cpu_seconds_total', 'nodejs_heap_size_used_bytes']) t.same(modelsOf(name), [undefined], name)
})

t.test('two models of one name are refused', async (t) => {
  await t.rejects(buildTwoToys(t, [deaf(), deaf()], {}, [FIRST, FIRST]), { code: 'models_share_name', message: /UNIF2ACE_MORE_MODELS/ })
})
