/** The Open Inference Protocol over the real engine and the debug model. */
import sharp from 'sharp'
import t from 'tap'
import { listenDebugApp } from '../support/debug-app.js'
import { dataUrl, plainPng } from '../support/pictures.js'

const png = await plainPng('teal', 32)
const image = dataUrl(png)
const { origin, server } = await listenDebugApp(t)

interface Output { name: string, datatype: string, shape: number[], data?: (string | number)[], parameters?: { binary_data_size: number } }
interface Answer { error?: string, model_name?: string, model_version?: string, id?: string, parameters?: Record<string, string>, outputs?: Output[] }
const tensor = (name: string, datatype: string, ...data: (string | number)[]) => ({ name, datatype, shape: [data.length], data })

async function get (path: string): Promise<{ status: number, body: Record<string, unknown> }> {
  const answer = await fetch(origin + path)
  return { status: answer.status, body: await answer.json() as Record<string, unknown> }
}
async function infer (model: string, body: object): Promise<{ status: number, body: Answer }> {
  const answer = await fetch(`${origin}/v2/models/${model}/infer`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return { status: answer.status, body: await answer.json() as Answer }
}
const face = async (path: string, body: object): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${origin}/v1/faces/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body) })
  return await answer.json() as Record<string, unknown>
}
const outputOf = ({ body: { outputs = [], error } }: { body: Answer }, name: string): Output => {
  const found = outputs.find((output) => output.name === name)
  if (found === undefined) throw new Error(`no output ${name}: ${error}`)
  return found
}

t.test('the server and its models say what they are', async (t) => {
  t.match(await get('/v2'), { status: 200, body: { name: 'unif2ace', version: '0.0.0', extensions: ['binary_tensor_data'] } })
  t.same(await get('/v2/health/live'), { status: 200, body: { live: true } })
  t.same(await get('/v2/health/ready'), { status: 200, body: { ready: true } })
  const { body } = await get('/v2/models/generate')
  const [version] = body['versions'] as string[]
  t.match(body, { name: 'generate', platform: 'onnx_onnxv1', inputs: [{ name: 'prompt', datatype: 'BYTES', shape: [1] }], outputs: [{ name: 'images', datatype: 'UINT8', shape: [-1, Number, Number, 3] }] })
  t.same((await get(`/v2/models/generate/versions/${version}`)).body, body)
  for (const path of ['/v2/models/understand/ready', `/v2/models/understand/versions/${version}/ready`]) t.same(await get(path), { status: 200, body: { name: 'understand', ready: true } })
  t.match(await get('/v2/models/other'), { status: 404, body: { error: /model other is not served.*generate, understand.*\(model_not_found\)$/ } })
  t.match(await get('/v2/models/generate/versions/9/ready'), { status: 404, body: { error: /version 9/ } })
})

t.test('generate gives the pixels of the picture that /v1/faces/generate makes', async (t) => {
  const answer = await infer('generate', { id: 'mine', inputs: [tensor('prompt', 'BYTES', 'a woman'), tensor('seed', 'INT64', 7), tensor('num_inference_steps', 'INT64', 2), tensor('guidance_scale', 'FP32', 3), tensor('n', 'INT64', 2)] })
  t.match(answer, { status: 200, body: { model_name: 'generate', id: 'mine' } })
  const { shape, data = [] } = outputOf(answer, 'images')
  const same = await face('generate', { prompt: 'a woman', seed: 7, num_inference_steps: 2, guidance_scale: 3, n: 2 })
  const files = (same['data'] as { b64_json: string }[]).map((each) => Buffer.from(each.b64_json, 'base64'))
  const pixels = await Promise.all(files.map(async (file) => await sharp(file).raw().toBuffer()))
  t.ok(Buffer.from(data.map(Number)).equals(Buffer.concat(pixels)), 'the same pixels')
  const { width } = await sharp(files[0]).metadata()
  t.same(shape, [2, width, width, 3])
  t.same(outputOf(answer, 'seed').data, [7])
  t.same(JSON.parse(answer.body.parameters?.['receipt'] ?? ''), same['receipt'])
})

t.test('understand answers, scores and captions like the routes under /v1/faces', async (t) => {
  const question = 'What colour is the hair?'
  const written = await infer('understand', { inputs: [tensor('image', 'BYTES', image), tensor('question', 'BYTES', question), tensor('max_tokens', 'INT64', 5), tensor('temperature', 'FP32', 1), tensor('top_p', 'FP32', 0.9), tensor('seed', 'INT64', 3)] })
  const { answer, finish_reason: reason, face: finding } = await face('vqa', { image, question, max_tokens: 5, temperature: 1, top_p: 0.9, seed: 3 })
  t.same([outputOf(written, 'text').data, outputOf(written, 'finish_reason').data, outputOf(written, 'face_score').data], [[answer], [reason], [(finding as { score: number }).score]])
  const scored = await infer('understand', { inputs: [tensor('image', 'BYTES', image), tensor('question', 'BYTES', question), tensor('choices', 'BYTES', 'Red.', 'Blue.', 'Pink.')], outputs: [{ name: 'probabilities' }] })
  const { choices } = await face('vqa', { image, question, choices: ['Red.', 'Blue.', 'Pink.'] })
  t.same(scored.body.outputs, [{ name: 'probabilities', datatype: 'FP32', shape: [3], data: (choices as { probability: number }[]).map(({ probability }) => probability) }])
  const described = await infer('understand', { inputs: [tensor('image', 'BYTES', image), tensor('max_tokens', 'INT64', 4)] })
  t.same(outputOf(described, 'text').data, [(await face('caption', { image, max_tokens: 4 }))['caption']])
  const feeling = await infer('understand', { inputs: [tensor('image', 'BYTES', image), tensor('question', 'BYTES', 'Is she happy?'), tensor('max_tokens', 'INT64', 2)] })
  t.match(JSON.parse(feeling.body.parameters?.['disclosures'] ?? ''), [{ category: 'emotion' }])
  t.match(await infer('understand', { inputs: [tensor('image', 'BYTES', image), tensor('question', 'BYTES', 'Is she Muslim?')] }), { status: 200, body: { parameters: { refusal: /religion/ } } })
})

t.test('pixels are the picture too, flat or nested', async (t) => {
  const { data: raw } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const rows = Array.from({ length: 32 }, (_, y) => Array.from({ length: 32 }, (_, x) => [...raw.subarray(3 * (32 * y + x), 3 * (32 * y + x) + 3)]))
  const wish = tensor('max_tokens', 'INT64', 6)
  const expected = outputOf(await infer('understand', { inputs: [tensor('image', 'BYTES', image), wish] }), 'text')
  for (const data of [rows, [...raw]]) t.same(outputOf(await infer('understand', { inputs: [{ name: 'pixels', datatype: 'UINT8', shape: [32, 32, 3], data }, wish] }), 'text'), expected)
})

t.test('binary data goes both ways', async (t) => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(png.length)
  const tokens = Buffer.from(BigInt64Array.of(6n).buffer)
  const head = Buffer.from(JSON.stringify({
    inputs: [{ name: 'image', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: png.length + 4 } }, { name: 'max_tokens', datatype: 'INT64', shape: [1], parameters: { binary_data_size: 8 } }],
    outputs: [{ name: 'text', parameters: { binary_data: true } }, { name: 'seed' }]
  }))
  const send = async (jsonLength: number, body: Buffer): Promise<Response> => await fetch(`${origin}/v2/models/understand/infer`, { method: 'POST', headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(jsonLength) }, body: new Uint8Array(body) })
  const answer = await send(head.length, Buffer.concat([head, length, png, tokens]))
  const untyped = await server.inject({ method: 'POST', url: '/v2/models/understand/infer', headers: { 'inference-header-content-length': String(head.length) }, payload: Buffer.concat([head, length, png, tokens]) })
  t.equal(untyped.statusCode, 200, 'a client that names no type, as Triton\'s does')
  t.match((await server.inject({ method: 'POST', url: '/v2/models/understand/infer', headers: { 'content-type': 'text/plain' }, payload: head })).json(), { error: /text\/plain is not taken here.*application\/octet-stream/ })
  const bytes = Buffer.from(await answer.arrayBuffer())
  const end = Number(answer.headers.get('inference-header-content-length'))
  const json = JSON.parse(bytes.subarray(0, end).toString()) as Answer
  const [text, seed] = json.outputs ?? []
  t.match(seed, { name: 'seed', data: [Number] })
  t.equal(text?.parameters?.binary_data_size, bytes.length - end)
  const expected = outputOf(await infer('understand', { inputs: [tensor('image', 'BYTES', image), tensor('max_tokens', 'INT64', 6)] }), 'text').data?.[0]
  t.equal(bytes.subarray(end + 4).toString(), expected)
  t.match(await (await send(head.length, Buffer.concat([head, length, png]))).json(), { error: /more bytes than follow/ })
  t.match(await (await send(head.length, Buffer.concat([head, length, png, tokens, tokens]))).json(), { error: /leaves 8 bytes/ })
  t.match(await (await send(9e9, head)).json(), { error: /inference-header-content-length/ })
})

t.test('what is wrong is said in the protocol\'s shape, with the input at fault', async (t) => {
  const prompt = tensor('prompt', 'BYTES', 'a woman')
  const cases: [string, object, number, RegExp][] = [
    ['generate', { inputs: [tensor('seed', 'INT64', 1)] }, 400, /inputs.prompt is missing/],
    ['generate', { inputs: [prompt, tensor('sede', 'INT64', 1)] }, 400, /inputs.sede does not exist; this model takes prompt,/],
    ['generate', { inputs: [prompt, prompt] }, 400, /inputs.prompt is there twice/],
    ['generate', { inputs: [prompt, tensor('seed', 'FP32', 1)] }, 400, /datatype FP32 and must have INT64/],
    ['generate', { inputs: [prompt, tensor('seed', 'INT64', 1.5)] }, 400, /no INT64/],
    ['generate', { inputs: [prompt, tensor('seed', 'INT64', 1, 2)] }, 400, /shape \[2\] and must have \[1\]/],
    ['generate', { inputs: [{ ...prompt, data: ['a', 'b'] }] }, 400, /2 elements and its shape says 1/],
    ['generate', { inputs: [prompt, tensor('guidance_scale', 'FP32', 0)] }, 400, /inputs.guidance_scale must be >= 1/],
    ['generate', { inputs: [prompt, tensor('n', 'INT64', 60)] }, 422, /setting_out_of_range/],
    ['generate', { inputs: [tensor('prompt', 'BYTES', 'a little girl')] }, 400, /content_filter/],
    ['generate', { inputs: [prompt], outputs: [{ name: 'pictures' }] }, 400, /outputs.pictures does not exist; this model gives images, seed/],
    ['generate', { inputs: [prompt], parameters: { priority: 1 } }, 400, /parameters.priority does not exist/],
    ['understand', { inputs: [tensor('question', 'BYTES', 'Hat?')] }, 400, /inputs.image or inputs.pixels is missing/],
    ['understand', { inputs: [tensor('image', 'BYTES', image), { name: 'pixels', datatype: 'UINT8', shape: [1, 1, 3], data: [1, 2, 3] }] }, 400, /do not go together/],
    ['understand', { inputs: [tensor('image', 'BYTES', image), tensor('choices', 'BYTES', 'a', 'b')] }, 400, /inputs.question is missing/],
    ['understand', { inputs: [tensor('image', 'BYTES', 'no picture')] }, 400, /data URL/],
    ['other', { inputs: [prompt] }, 404, /model other is not served.*model_not_found/]
  ]
  for (const [model, body, status, error] of cases) t.match(await infer(model, body), { status, body: { error } }, JSON.stringify(body).slice(0, 90))
})
