import { createRequire } from 'node:module'
import t, { type Test } from 'tap'
import { startTraces } from '../../../src/telemetry/start-traces.js'
import { forkToy } from '../../support/forked-toy.js'
import { MISCHIEF } from '../../support/mischief.js'
import { type OtlpReceiver, receiveTraces, type ReceivedSpan } from '../../support/otlp-receiver.js'
import { dataUrl, plainPng } from '../../support/pictures.js'
import { buildToyApp } from '../../support/toy-app.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLER = '00f067aa0ba902b7'
const headers = { traceparent: `00-${TRACE}-${CALLER}-01`, 'content-type': 'application/json' }
const SECRET = 'xyzzy face'

const engine = forkToy(t)
await engine.whenReady()
const image = dataUrl(await plainPng('teal'))

/** What of OpenTelemetry's SDK this process has loaded: prom-client brings the API with it. */
const loadedSdk = (): string[] => Object.keys(createRequire(import.meta.url).cache).filter((path) => /@opentelemetry.(sdk|exporter|otlp|resources|core)/.test(path))

interface Traced { post: (path: string, body: object) => Promise<Response>, logs: Record<string, unknown>[], receiver: OtlpReceiver, spans: () => Promise<ReceivedSpan[]> }

/** A server that traces to a receiver of its own; `spans` closes it, and with it the last batch is sent. */
async function traced (t: Test, environment: Record<string, string> = {}, settings: { requestTimeoutMs?: string } = {}): Promise<Traced> {
  const receiver = await receiveTraces(t)
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_SERVICE_NAME: 'faces', ...environment }
  Object.assign(process.env, variables)
  t.teardown(() => { for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name) })
  const logs: Record<string, unknown>[] = []
  const { server } = await buildToyApp(t, { engine, settings: { logLevel: 'info', ...settings }, logTo: { write: (line) => { logs.push(JSON.parse(line)) } } })
  const origin = await server.listen({ port: 0, host: '127.0.0.1' })
  return {
    post: async (path, body) => await fetch(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
    logs,
    receiver,
    spans: async () => {
      await server.close()
      return receiver.spans
    }
  }
}

/** Names of spans as a tree, children in the order of their beginning. */
function tree (spans: readonly ReceivedSpan[], parent: string): unknown[] {
  const own = spans.filter(({ parentSpanId }) => parentSpanId === parent).sort((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
  return own.map(({ name, spanId }) => {
    const parts = tree(spans, spanId)
    return parts.length === 0 ? name : [name, ...parts]
  })
}

t.test('without the standard variables nothing is traced and no SDK is loaded', async (t) => {
  const { server } = await buildToyApp(t, { engine })
  t.equal((await server.inject({ method: 'POST', url: '/v1/faces/generate', payload: { prompt: 'a face' }, headers: { traceparent: headers.traceparent } })).statusCode, 200)
  t.equal(await startTraces({ OTEL_SERVICE_NAME: 'faces' }), undefined)
  t.equal(await startTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' }), undefined)
  t.equal(await startTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' }), undefined)
  t.same(loadedSdk(), [])
})

t.test('a picture: request, queue and phases, in the trace of the caller, with the conventions\' attributes and no words', async (t) => {
  const { post, spans: ended, receiver, logs } = await traced(t)
  const answer = await post('/v1/faces/generate', { prompt: SECRET, seed: 7, num_inference_steps: 4, guidance_scale: 3 })
  t.equal(answer.status, 200)
  await answer.arrayBuffer()
  const spans = await ended()
  t.same(tree(spans, CALLER), [['POST /v1/faces/generate', ['generate_content toy', 'queue', 'prefill', 'unmask', 'render']]])
  t.ok(spans.every(({ traceId, status }) => traceId === TRACE && status.code !== 2))
  const named = (name: string): ReceivedSpan | undefined => spans.find((span) => span.name === name)
  t.match(named('POST /v1/faces/generate'), { kind: 2, attributes: { 'http.request.method': 'POST', 'http.route': '/v1/faces/generate', 'http.response.status_code': 200, 'url.path': '/v1/faces/generate' } })
  t.match(named('generate_content toy')?.attributes, { 'gen_ai.operation.name': 'generate_content', 'gen_ai.request.model': 'toy', 'gen_ai.output.type': 'image', 'gen_ai.request.seed': 7, 'gen_ai.response.finish_reasons': ['stop'], 'unif2ace.num_inference_steps': 4, 'unif2ace.activated_parameters.mean': Number, 'unif2ace.forward_passes': Number })
  t.match(named('unmask')?.attributes, { 'unif2ace.steps': 4 })
  t.ok(spans.every(({ startTimeUnixNano, endTimeUnixNano }) => BigInt(startTimeUnixNano) <= BigInt(endTimeUnixNano)))
  t.match(receiver.resource, { 'service.name': 'faces' })
  t.notMatch(receiver.text(), SECRET)
  const request = named('POST /v1/faces/generate')
  t.match(logs.find(({ msg }) => msg === 'request completed'), { trace_id: TRACE, span_id: request?.spanId })
  t.ok(loadedSdk().length > 0, 'and the test without variables could have failed')
})

t.test('a caption that is streamed has one span for all its tokens', async (t) => {
  const { post, spans: ended } = await traced(t)
  const answer = await post('/v1/faces/caption', { image, stream: true, seed: 3, temperature: 1, max_tokens: 6 })
  t.match(await answer.text(), /caption\.completed/)
  const spans = await ended()
  t.same(tree(spans, CALLER), [['POST /v1/faces/caption', ['generate_content toy', 'queue', 'encode', 'prefill', 'decode']]])
  const text = spans.find(({ name }) => name === 'generate_content toy')
  const decode = spans.find(({ name }) => name === 'decode')
  t.match(text?.attributes, { 'gen_ai.output.type': 'text', 'gen_ai.request.max_tokens': 6, 'gen_ai.usage.input_tokens': Number, 'gen_ai.usage.output_tokens': Number })
  t.ok(Number(decode?.attributes['unif2ace.steps']) <= 6)
})

t.test('a request that is refused says why, and is no failure of the server; one past its deadline is', async (t) => {
  const { post, spans: ended } = await traced(t, { OTEL_TRACES_SAMPLER: 'always_on' }, { requestTimeoutMs: '1000' })
  t.equal((await post('/v1/faces/generate', { prompt: SECRET, n: 50 })).status, 422)
  t.equal((await post('/v1/faces/caption', { image, seed: 1, temperature: 1, top_p: MISCHIEF.endless, max_tokens: 20 })).status, 504)
  const spans = await ended()
  t.match(spans.find(({ name }) => name === 'POST /v1/faces/generate'), { status: {}, attributes: { 'http.response.status_code': 422, 'unif2ace.error.code': 'setting_out_of_range' } })
  t.match(spans.find(({ name }) => name === 'POST /v1/faces/caption'), { status: { code: 2 }, attributes: { 'http.response.status_code': 504, 'error.type': 'deadline_exceeded' } })
  t.match(spans.find(({ name }) => name === 'generate_content toy'), { status: { code: 2 }, attributes: { 'error.type': 'deadline_exceeded' } })
})

t.test('what the sampler leaves out is not sent; a protocol that is not spoken is refused', async (t) => {
  const { post, spans: ended } = await traced(t, { OTEL_TRACES_SAMPLER: 'always_off' })
  await (await post('/v1/faces/generate', { prompt: 'a face' })).arrayBuffer()
  t.same(await ended(), [])
  await t.rejects(startTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }), /speaks http/)
})
