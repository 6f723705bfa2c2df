import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { Compile } from 'typebox/schema'
import { describeModel } from '../../src/tasks/face-model.js'
import { loadTokenizer } from '../../src/text/tokenizer.js'
import { agreeableEngine, ROOMY_MANIFEST } from '../support/agreeable-engine.js'
import { readEvents } from '../support/server-sent-events.js'
import { openApiYaml, openApiDocument } from '../support/openapi-document.js'
import { formRequest, plainPng } from '../support/pictures.js'
import { buildToyApp } from '../support/toy-app.js'

/** One kind of event of a stream, as the document describes it. */
interface EventKind { properties: { event: { enum: string[] }, data: { enum?: string[], contentSchema?: object } } }
interface Media { schema: object, example?: unknown, examples?: Record<string, { value: unknown }> }
interface Operation { operationId: string, summary: string, requestBody?: { content: Record<string, Media> }, responses: Record<string, { description: string, content?: Record<string, Media> }> }
interface Document { paths: Record<string, Record<string, Operation>>, components: { schemas: Record<string, { examples?: unknown[] }> } }

const packageFile = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const document = await openApiDocument() as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })))
const plainDataUrl = `data:image/png;base64,${(await plainPng('teal')).toString('base64')}`
const engine = agreeableEngine()
const tokenizer = await loadTokenizer(packageFile('test/fixtures/tokenizer/tokenizer.json'))
const { server } = await buildToyApp(t, { engine, model: describeModel(ROOMY_MANIFEST, tokenizer) })

/** What is wrong with a value; schemas refer to the document's components. */
function problems (schema: object, value: unknown): string[] {
  const [, errors] = Compile({ ...schema, components: document.components }).Errors(value)
  return errors.map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** What is wrong with a stream: each event has to be of a kind that the document has, and its data has to hold what that says. */
function streamProblems (text: string, schema: object): string[] {
  const { anyOf: kinds } = schema as { anyOf: EventKind[] }
  const { events, isDone } = readEvents(text)
  const ends = kinds.some(({ properties: { data } }) => data.enum?.[0] === '[DONE]')
  return [
    ...(isDone && ends ? [] : ['it ends without [DONE]']),
    ...events.flatMap(({ event, body }) => {
      const kind = kinds.find(({ properties }) => properties.data.contentSchema !== undefined && properties.event.enum[0] === event)
      return kind === undefined ? [`there is no event ${event}`] : problems(kind.properties.data.contentSchema ?? {}, body)
    })
  ]
}

/** The example of codes has as many as a picture of the default model; the model here has fewer, and a smaller book of them. */
function fitted (example: object): object {
  const { image_tokens: tokens, codebook } = ROOMY_MANIFEST.sizes
  const { inputs } = example as { inputs?: { name: string, shape: number[], data: number[] }[] }
  if (inputs?.[0]?.name !== 'code_ids') return example
  return { ...example, inputs: inputs.map((input) => ({ ...input, shape: [1, tokens], data: input.data.slice(0, tokens).map((id) => id % codebook) })) }
}

const examplesOf = ({ example, examples }: Media): unknown[] => [...(example === undefined ? [] : [example]), ...Object.values(examples ?? {}).map(({ value }) => value)]

async function send (to: FastifyInstance, method: string, url: string, payload?: object, headers: Record<string, string> = {}) {
  return await to.inject({ method: method as 'POST' | 'GET', url, headers, ...(payload === undefined ? {} : { payload }) })
}

t.test('openapi.yaml is what the routes say; npm run openapi writes it', async (t) => {
  t.equal(await readFile(packageFile('openapi.yaml'), 'utf8'), await openApiYaml())
})

t.test('the document names every route, and every operation says what it is', async (t) => {
  t.same(operations.map(({ method, path }) => `${method} ${path}`), ['GET /v1/capabilities', 'POST /v1/faces/generate', 'POST /v1/faces/caption', 'POST /v1/faces/vqa', 'POST /v1/faces/attributes', 'POST /v1/images/generations', 'POST /v1/images/edits', 'POST /v1/provenance/verify', 'POST /v1/chat/completions', 'GET /v2', 'GET /v2/health/live', 'GET /v2/health/ready', 'GET /v2/models/{model}', 'GET /v2/models/{model}/ready', 'GET /v2/models/{model}/versions/{version}', 'GET /v2/models/{model}/versions/{version}/ready', 'POST /v2/models/generate/infer', 'POST /v2/models/generate/versions/{version}/infer', 'POST /v2/models/understand/infer', 'POST /v2/models/understand/versions/{version}/infer', 'POST /v2/models/encode_picture/infer', 'POST /v2/models/encode_picture/versions/{version}/infer', 'POST /v2/models/decode_picture/infer', 'POST /v2/models/decode_picture/versions/{version}/infer', 'POST /v1/jobs', 'GET /v1/jobs/{id}', 'DELETE /v1/jobs/{id}', 'GET /v1/jobs/{id}/result', 'GET /v1/models', 'GET /v1/models/{id}', 'GET /livez', 'GET /readyz', 'GET /metrics'])
  t.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length)
  for (const { operation, path } of operations) {
    t.match(operation.summary, /^[A-Z]/)
    for (const [status, { description }] of Object.entries(operation.responses)) t.notMatch(description, /Default Response/, `${path} ${status}`)
  }
})

t.test('every field has a description or a name that needs none', async (t) => {
  for (const { path, operation } of operations) {
    for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
      const { properties } = schema as { properties: Record<string, { description?: string }> }
      for (const [name, { description }] of Object.entries(properties)) t.match(description, /\S/, `${path} ${type} ${name}`)
    }
  }
})

t.test('every example of a request matches its schema and is answered as documented', async (t) => {
  let sent = 0
  for (const { path, method, operation } of operations) {
    const { schema, ...media } = operation.requestBody?.content['application/json'] ?? { schema: {} }
    for (const example of examplesOf({ schema, ...media })) {
      t.same(problems(schema, example), [], `${path}: ${JSON.stringify(example).slice(0, 80)}`)
      const answer = await send(server, method, path.replace('{version}', 'toy'), fitted(example as object), { accept: 'application/json' })
      t.ok(answer.statusCode === 200 || answer.statusCode === 202, answer.body.slice(0, 200))
      const isStream = String(answer.headers['content-type']).startsWith('text/event-stream')
      if (isStream) t.match(answer.body, /\.completed\ndata: .*\n\ndata: \[DONE\]\n\n$/)
      const media = operation.responses[answer.statusCode]?.content
      t.same(isStream ? streamProblems(answer.body, media?.['text/event-stream']?.schema ?? {}) : problems(media?.['application/json']?.schema ?? {}, answer.json()), [], path)
      sent++
    }
  }
  t.ok(sent >= 6)
  for (const example of document.components.schemas['Error']?.examples ?? []) t.same(problems({ $ref: '#/components/schemas/Error' }, example), [])
})

t.test('what is answered, errors included, is documented with its status, its type and its shape', async (t) => {
  const picture = await plainPng('red')
  const form = await formRequest([['image', picture], ['question', 'which hat?']])
  const requests: [method: string, path: string, url: string, payload?: object, headers?: Record<string, string>][] = [
    ['POST', '/v1/faces/generate', '/v1/faces/generate', { prompt: 'a' }],
    ['POST', '/v1/faces/generate', '/v1/faces/generate', { prompt: 'a' }, { accept: 'image/webp' }],
    ['POST', '/v1/faces/generate', '/v1/faces/generate', {}],
    ['POST', '/v1/faces/generate', '/v1/faces/generate', { prompt: 'a', n: 50 }],
    ['POST', '/v1/faces/generate', '/v1/faces/generate', { prompt: 'a' }, { accept: 'text/html' }],
    ['POST', '/v1/faces/generate', '/v1/faces/generate', { prompt: 'a'.repeat(300_000) }],
    ['POST', '/v1/faces/vqa', '/v1/faces/vqa', form.payload, form.headers],
    ['POST', '/v1/faces/caption', '/v1/faces/caption', Buffer.from('x'), { 'content-type': 'text/plain' }],
    ['GET', '/v1/capabilities', '/v1/capabilities'],
    ['GET', '/v2', '/v2'],
    ['GET', '/v2/models/{model}', '/v2/models/other'],
    ['POST', '/v2/models/generate/infer', '/v2/models/generate/infer', { inputs: [] }],
    ['POST', '/v1/jobs', '/v1/jobs', { task: 'generate', request: { prompt: 'a' } }],
    ['POST', '/v1/jobs', '/v1/jobs', { task: 'generate', request: { prompt: 'a', n: 50 } }],
    ['GET', '/v1/jobs/{id}', '/v1/jobs/job_unknown'],
    ['DELETE', '/v1/jobs/{id}', '/v1/jobs/job_unknown'],
    ['GET', '/v1/jobs/{id}/result', '/v1/jobs/job_unknown/result'],
    ['GET', '/v1/models', '/v1/models'],
    ['GET', '/v1/models/{id}', '/v1/models/toy'],
    ['GET', '/v1/models/{id}', '/v1/models/other'],
    ['GET', '/livez', '/livez'],
    ['GET', '/readyz', '/readyz'],
    ['GET', '/metrics', '/metrics']
  ]
  for (const [method, path, url, payload, headers] of requests) {
    const answer = await send(server, method, url, payload, headers)
    const documented = operations.find((each) => each.path === path && each.method === method)?.operation.responses[answer.statusCode]
    t.ok(documented, `${path} documents ${answer.statusCode}`)
    const type = String(answer.headers['content-type']).split(';', 1)[0] ?? ''
    const media = documented?.content?.[type]
    t.ok(media, `${path} ${answer.statusCode} documents ${type}`)
    if (type === 'application/json') t.same(problems(media?.schema ?? {}, answer.json()), [], path)
  }
})

t.test('each event of a stream is one that is documented', async (t) => {
  const text = { image: plainDataUrl, stream: true }
  const messages = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: plainDataUrl } }] }]
  const requests: [path: string, body: object, events: RegExp][] = [
    ['/v1/faces/caption', text, /caption\.delta[^]*caption\.completed/],
    ['/v1/faces/vqa', { ...text, question: 'which hat?' }, /answer\.delta[^]*answer\.completed/],
    ['/v1/images/generations', { prompt: 'a', stream: true, num_inference_steps: 2, partial_images: 1 }, /image_generation\.completed/],
    ['/v1/images/edits', { prompt: 'a', image: plainDataUrl, stream: true }, /image_edit\.completed/],
    ['/v1/chat/completions', { messages, stream: true, n: 2, logprobs: true, stream_options: { include_usage: true } }, /"finish_reason":"stop"[^]*"choices":\[\]/]
  ]
  for (const [path, body, events] of requests) {
    const answer = await send(server, 'POST', path, body)
    t.match(answer.body, events)
    const schema = operations.find((each) => each.path === path)?.operation.responses[200]?.content?.['text/event-stream']?.schema ?? {}
    t.same(streamProblems(answer.body, schema), [], path)
    t.not(streamProblems(answer.body.replace(/"(delta|choices|usage)"/g, '"$1s"'), schema).length, 0, `${path}: the check can fail`)
  }
})

t.test('a schema here refuses what it should: the check can fail', async (t) => {
  t.ok(problems({ $ref: '#/components/schemas/Error' }, { error: { message: 'x' } }).length > 0)
})
