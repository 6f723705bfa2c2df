/** Which experts an answer says that it used is what the routing of its own passes adds up to, on every route, over the real engine and the debug model. */
import t from 'tap'
import { SEQUENCE_EXPERTS } from '../../src/artifacts/sequence-experts.js'
import { expertsBody } from '../../src/http/experts-body.js'
import type { ExpertsBody } from '../../src/http/schemas/experts.js'
import type { RoutingDump } from '../../src/engine/protocol.js'
import { listenDebugApp } from '../support/debug-app.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { routingSums } from '../support/routing-sums.js'
import { readEvents } from '../support/server-sent-events.js'
import { until } from '../support/until.js'

interface Usage { forward_passes: number, experts?: ExpertsBody }
interface Answer { status: number, type: string | null, body: { usage: Usage, verification_usage?: Usage, error?: { code: string, param: string } } }

const { origin, engine } = await listenDebugApp(t, {}, undefined, { routingDump: 'every-pass' })
/** Passes since the last look. */
let passes: RoutingDump[] = []
engine.on('routing', (dumped) => { passes.push(...dumped) })

/** A picture that nobody has read yet: its passes come with the answer. */
const fresh = ((shade) => async () => dataUrl(await plainPng(`rgb(0, ${shade++}, 99)`, 32)))(1)
const face = { prompt: 'an old man', seed: 7, num_inference_steps: 3 }
const asked = { include_experts: true }

/** Errors and jobs have no usage. */
const passesOf = (usage: Usage | undefined): number => usage?.forward_passes ?? 0

async function send (path: string, body: object | FormData, headers: Record<string, string> = {}): Promise<Response> {
  passes = []
  const isForm = body instanceof FormData
  return await fetch(`${origin}${path}`, { method: 'POST', headers: { ...(isForm ? {} : { 'content-type': 'application/json' }), ...headers }, body: isForm ? body : JSON.stringify(body) })
}
async function post (path: string, body: object | FormData, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await send(path, body, headers)
  const json = await answer.json() as Answer['body']
  // The engine dumps a step after it has told of it: what comes late must not count for the next request.
  await until(() => passes.length >= passesOf(json.usage) + passesOf(json.verification_usage))
  return { status: answer.status, type: answer.headers.get('content-type'), body: json }
}
/** What the engine's own dumps say, of a request that had so many passes. */
async function expected (count: number, group: RoutingDump['group']): Promise<ExpertsBody | undefined> {
  await until(() => passes.filter((pass) => pass.group === group).length >= count)
  const sums = routingSums(passes.filter((pass) => pass.group === group))
  return sums === undefined ? undefined : expertsBody(sums)
}
const chatBody = async (more: object) => ({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: await fresh() } }, { type: 'text', text: 'which hat?' }] }], max_tokens: 4, ...asked, ...more })
const chatUsages = (text: string): Usage[] => readEvents(text).events.flatMap(({ body }) => 'usage' in body && body['usage'] !== null ? [body['usage'] as Usage] : [])

t.test('every route tells the experts of its passes to who asks, and to nobody else', async (t) => {
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...face, include_experts: 'true' })) form.append(name, String(value))
  form.append('image', new Blob([new Uint8Array(await plainPng('teal', 32))]), 'face.png')
  const requests: [path: string, body: object | FormData, group: RoutingDump['group']][] = [
    ['/v1/faces/generate', { ...face, n: 2, ...asked }, 'generate'],
    ['/v1/images/generations', { ...face, guidance_scale: 1, ...asked }, 'generate'],
    ['/v1/images/edits', form, 'generate'],
    ['/v1/faces/caption', { image: await fresh(), max_tokens: 4, ...asked }, 'understand'],
    ['/v1/faces/vqa', { image: await fresh(), question: 'which hat?', choices: ['yes', 'no'], ...asked }, 'understand'],
    ['/v1/faces/attributes', { image: await fresh(), attributes: ['age', 'hat'], ...asked }, 'understand'],
    ['/v1/chat/completions', await chatBody({ n: 2, temperature: 1 }), 'understand']
  ]
  for (const [path, body, group] of requests) {
    const { status, body: { usage } } = await post(path, body)
    t.equal(status, 200, path)
    t.ok(usage.forward_passes > 2 && usage.experts !== undefined, path)
    t.same(usage.experts, await expected(usage.forward_passes, group), path)
    t.equal(passes.length, usage.forward_passes, `${path}: all passes are in it`)
    t.same(usage.experts?.layers[0]?.sequence_level.map(({ kind }) => kind), SEQUENCE_EXPERTS[group])
    if (body instanceof FormData) body.set('include_experts', 'false')
    const silent = await post(path, body instanceof FormData ? body : { ...body, include_experts: false })
    t.match([silent.status, 'experts' in silent.body.usage], [200, false], path)
  }
})

t.test('shares are parts of a layer\'s choices and of the passes over pictures', async (t) => {
  const { body: { usage: { experts } } } = await post('/v1/faces/caption', { image: await fresh(), max_tokens: 6, ...asked })
  t.equal(experts?.picture_passes, 1)
  for (const { token_level: routed, sequence_level: whole } of experts?.layers ?? []) {
    const sum = (shares: { share: number }[]): number => shares.reduce((total, { share }) => total + share, 0)
    t.ok(Math.abs(sum(routed) - 1) < 1e-9 && routed.every(({ choices, share }) => (choices > 0) === (share > 0)))
    t.equal(sum(whole), 2, 'the picture chose two')
  }
  t.equal(experts?.layers.length, 2)
})

t.test('a picture from the cache has no pass, and a question that is refused has none at all', async (t) => {
  const image = await fresh()
  const body = { image, question: 'which hat?', max_tokens: 3, ...asked }
  const first = await post('/v1/faces/vqa', body)
  const second = await post('/v1/faces/vqa', body)
  t.match([first.body.usage.experts?.picture_passes, second.body.usage.experts?.picture_passes], [1, 0])
  t.ok(second.body.usage.experts?.layers.every(({ sequence_level: whole }) => whole.every(({ passes, share }) => passes === 0 && share === 0)))
  t.same(second.body.usage.experts, await expected(second.body.usage.forward_passes, 'understand'))
  const refused = await post('/v1/faces/vqa', { ...body, question: 'Who is this?' })
  t.match([refused.body.usage.forward_passes, 'experts' in refused.body.usage], [0, false])
})

t.test('pictures that are read back have both groups, each where its usage is', async (t) => {
  const { body: { usage, verification_usage: reading } } = await post('/v1/faces/generate', { ...face, verify: true, ...asked }, { accept: 'application/json' })
  t.same([usage.experts?.group, reading?.experts?.group], ['generate', 'understand'])
  t.same(usage.experts, await expected(usage.forward_passes, 'generate'))
  t.same(reading?.experts, await expected(reading?.forward_passes ?? 0, 'understand'))
})

t.test('a stream has them in its last event', async (t) => {
  const requests: [path: string, body: object][] = [
    ['/v1/faces/caption', { image: await fresh(), max_tokens: 4 }],
    ['/v1/faces/vqa', { image: await fresh(), question: 'which hat?', max_tokens: 4 }],
    ['/v1/images/generations', { ...face, partial_images: 1 }],
    ['/v1/images/edits', { ...face, image: await fresh() }]
  ]
  for (const [path, body] of requests) {
    const { events } = readEvents(await (await send(path, { ...body, stream: true, ...asked })).text())
    const usages = events.flatMap(({ event, body: data }) => 'usage' in data ? [{ event, usage: data['usage'] as Usage }] : [])
    t.match(usages, [{ event: /\.completed$/ }], path)
    t.same(usages[0]?.usage.experts, await expected(usages[0]?.usage.forward_passes ?? 0, path.includes('images') ? 'generate' : 'understand'), path)
  }
  const [usage, ...more] = chatUsages(await (await send('/v1/chat/completions', await chatBody({ stream: true, stream_options: { include_usage: true } }))).text())
  t.same([usage?.experts, more], [await expected(usage?.forward_passes ?? 0, 'understand'), []])
})

t.test('where there is no place for them, they are refused', async (t) => {
  t.match(await post('/v1/chat/completions', await chatBody({ stream: true })), { status: 400, body: { error: { code: 'options_conflict', param: 'include_experts' } } })
  t.match(await post('/v1/faces/generate', { ...face, ...asked }, { accept: 'image/png' }), { status: 406, body: { error: { code: 'not_acceptable' } } })
  t.match(await post('/v1/faces/generate', { ...face, ...asked }, { accept: '*/*' }), { status: 200, type: /^application\/json/ })
})

t.test('a job\'s answer has them too', async (t) => {
  const { body } = await post('/v1/jobs', { task: 'caption', request: { image: await fresh(), max_tokens: 4, ...asked } })
  const { id } = body as unknown as { id: string }
  const result = `${origin}/v1/jobs/${id}/result`
  await until(async () => (await (await fetch(`${origin}/v1/jobs/${id}`)).json() as { state: string }).state === 'succeeded')
  const { usage } = await (await fetch(result)).json() as Answer['body']
  t.same(usage.experts, await expected(usage.forward_passes, 'understand'))
})

t.test('the Open Inference Protocol takes the wish as a parameter, and its usage has them', async (t) => {
  const tensor = (name: string, datatype: string, value: string | number) => ({ name, datatype, shape: [1], data: [value] })
  const infer = async (model: string, inputs: object[], parameters: object): Promise<{ status: number, error?: string, usage: Usage }> => {
    const answer = await send(`/v2/models/${model}/infer`, { inputs, parameters })
    const { error, parameters: said = {} } = await answer.json() as { error?: string, parameters?: { usage?: string } }
    return { status: answer.status, ...(error === undefined ? {} : { error }), usage: JSON.parse(said.usage ?? '{}') as Usage }
  }
  const drawn = [tensor('prompt', 'BYTES', 'an old man'), tensor('seed', 'INT64', 7), tensor('num_inference_steps', 'INT64', 3)]
  const asks: [model: string, inputs: object[], group: RoutingDump['group']][] = [
    ['generate', drawn, 'generate'],
    ['understand', [tensor('image', 'BYTES', await fresh()), tensor('max_tokens', 'INT64', 4)], 'understand']
  ]
  for (const [model, inputs, group] of asks) {
    const { status, usage } = await infer(model, inputs, asked)
    t.match([status, usage.experts?.group], [200, group], model)
    t.same(usage.experts, await expected(usage.forward_passes, group), model)
    t.notOk('experts' in (await infer(model, inputs, { include_experts: false })).usage, model)
  }
  t.match(await infer('encode_picture', [tensor('image', 'BYTES', await fresh())], asked), { status: 400, error: /include_experts.*\(unknown_field\)$/ }, 'the codec has no experts')
})
