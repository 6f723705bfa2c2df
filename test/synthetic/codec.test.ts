/** The picture codec over /v2, with the real engine and the debug model. */
import sharp from 'sharp'
import t from 'tap'
import { loadManifest } from '../../src/artifacts/load-manifest.js'
import { listenDebugApp } from '../support/debug-app.js'
import { createDebugExecutor, debugFolder } from '../support/debug-model.js'
import { debugPicture } from '../support/debug-works.js'
import { dataUrl, pngHeader } from '../support/pictures.js'

const { manifest } = await loadManifest(debugFolder())
const { image_size: side, image_tokens: tokens, codebook } = manifest.sizes
const { origin, engine } = await listenDebugApp(t, { maxImagePixels: '100000' })

interface Output { name: string, datatype: string, shape: number[], data?: number[], parameters?: { binary_data_size: number } }
interface Answer { error?: string, parameters?: Record<string, string>, outputs?: Output[] }

async function infer (model: string, body: object): Promise<{ status: number, headers: Headers, body: Answer }> {
  const answer = await fetch(`${origin}/v2/models/${model}/infer`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return { status: answer.status, headers: answer.headers, body: await answer.json() as Answer }
}
const encode = async (...inputs: object[]) => await infer('encode_picture', { inputs })
const decode = async (...inputs: object[]) => await infer('decode_picture', { inputs })
const dataOf = ({ body }: { body: Answer }): number[] => body.outputs?.[0]?.data ?? []
const codeTensor = (data: readonly number[], count = data.length / tokens) => ({ name: 'code_ids', datatype: 'INT64', shape: [count, data.length / count], data })
const files = (...pictures: Buffer[]) => ({ name: 'image', datatype: 'BYTES', shape: [pictures.length], data: pictures.map((picture) => dataUrl(picture)) })

/** A picture of the codec's own size, so that nothing is fitted. */
const noise = await sharp({ create: { width: side, height: side, channels: 3, background: 'teal', noise: { type: 'gaussian', mean: 128, sigma: 60 } } }).png().toBuffer()
const plain = await sharp({ create: { width: side, height: side, channels: 3, background: 'tomato' } }).png().toBuffer()
const pixelsOf = async (file: Buffer): Promise<Buffer> => await sharp(file).removeAlpha().raw().toBuffer()

t.test('encoding gives the codes of the picture encoder, of files and of pixels, each in its place', async (t) => {
  const { executor } = await createDebugExecutor(t)
  const pixels = await Promise.all([noise, plain].map(pixelsOf))
  const { preprocessing: { clip, face } } = manifest
  const rows = pixels.map((rgb) => ({ pixels: { pictureEncoder: new Uint8Array(rgb), clip: new Uint8Array(3 * clip.size ** 2), face: new Uint8Array(3 * face.size ** 2) } }))
  const { rows: encoded } = await executor.execute({ phase: 'encode', rows })
  const golden = encoded.flatMap(({ codeIds }) => [...codeIds])
  const answer = await encode(files(noise, plain))
  t.match(answer, { status: 200, body: { outputs: [{ name: 'code_ids', datatype: 'INT64', shape: [2, tokens] }] } })
  t.same(dataOf(answer), golden)
  t.equal(answer.headers.get('x-content-provenance'), null, 'codes are no picture')
  t.same(dataOf(await encode({ name: 'pixels', datatype: 'UINT8', shape: [2, side, side, 3], data: [...Buffer.concat(pixels)] })), golden)
  t.same(dataOf(await encode(files(plain, noise))), [...golden.slice(tokens), ...golden.slice(0, tokens)])
  t.match(JSON.parse(answer.body.parameters?.['usage'] ?? ''), { input_tokens: 0, output_tokens: 2 * tokens, forward_passes: 0 })
})

t.test('decoding gives the pixels that the engine renders of these codes', async (t) => {
  let made: { codeIds: Int32Array, rgb: Uint8Array } | undefined
  for await (const event of engine.submit(debugPicture(manifest, { numInferenceSteps: 2 }))) if (event.type === 'image') made = event
  if (made === undefined) throw new Error('no picture')
  const codes = [...made.codeIds]
  const other = codes.map((id) => (id + 1) % codebook)
  const answer = await decode(codeTensor([...codes, ...other]))
  t.match(answer, { status: 200, body: { outputs: [{ name: 'images', datatype: 'UINT8', shape: [2, side, side, 3] }] } })
  const data = dataOf(answer)
  t.ok(Buffer.from(data.slice(0, made.rgb.length)).equals(made.rgb), 'the same picture')
  t.notOk(Buffer.from(data.slice(made.rgb.length)).equals(made.rgb), 'other codes, other pixels')
  t.equal(answer.headers.get('x-content-provenance'), 'trainedAlgorithmicMedia')
  t.match(JSON.parse(answer.body.parameters?.['usage'] ?? ''), { input_tokens_details: { image_tokens: 2 * tokens }, output_tokens: 0 })
})

t.test('there and back as bytes', async (t) => {
  const rgb = await pixelsOf(noise)
  const send = async (model: string, input: object, bytes: Buffer, output: string): Promise<Buffer> => {
    const head = Buffer.from(JSON.stringify({ inputs: [{ ...input, parameters: { binary_data_size: bytes.length } }], outputs: [{ name: output, parameters: { binary_data: true } }] }))
    const answer = await fetch(`${origin}/v2/models/${model}/infer`, { method: 'POST', headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(head.length) }, body: new Uint8Array(Buffer.concat([head, bytes])) })
    t.equal(answer.status, 200)
    return Buffer.from(await answer.arrayBuffer()).subarray(Number(answer.headers.get('inference-header-content-length')))
  }
  const codes = await send('encode_picture', { name: 'pixels', datatype: 'UINT8', shape: [1, side, side, 3] }, rgb, 'code_ids')
  t.equal(codes.length, 8 * tokens)
  const ids = Array.from({ length: tokens }, (_, index) => Number(codes.readBigInt64LE(8 * index)))
  t.same(ids, dataOf(await encode(files(noise))))
  const pixels = await send('decode_picture', { name: 'code_ids', datatype: 'INT64', shape: [1, tokens] }, codes, 'images')
  t.ok(pixels.equals(Buffer.from(dataOf(await decode(codeTensor(ids))))))
})

t.test('what cannot be coded is said, and metadata says the sizes', async (t) => {
  const zeros = (count: number, length = tokens): number[] => new Array<number>(count * length).fill(0)
  const cases: [Promise<{ status: number, body: Answer }>, number, RegExp][] = [
    [decode(codeTensor(zeros(1, tokens + 1), 1)), 400, new RegExp(`${tokens + 1} codes a picture and this model's pictures have ${tokens}`)],
    [decode(codeTensor([codebook, ...zeros(1).slice(1)])), 400, new RegExp(`not from 0 to ${codebook - 1}`)],
    [decode(codeTensor([-1, ...zeros(1).slice(1)])), 400, /not from 0/],
    [decode(codeTensor(zeros(17), 17)), 422, /is 17 and this model takes at most 16.*setting_out_of_range/],
    [decode({ name: 'code_ids', datatype: 'INT64', shape: [0, tokens], data: [] }), 400, /has no picture/],
    [decode({ name: 'code_ids', datatype: 'FP32', shape: [1, tokens], data: zeros(1) }), 400, /datatype FP32/],
    [infer('encode_picture', { inputs: [files(plain)], outputs: [{ name: 'images' }] }), 400, /this model gives code_ids/],
    [encode(files(plain), { name: 'pixels', datatype: 'UINT8', shape: [1, 1, 1, 3], data: [1, 2, 3] }), 400, /do not go together/],
    [encode({ name: 'pixels', datatype: 'UINT8', shape: [1, 0, 9, 3], data: [] }), 400, /has no pixels/],
    [encode(files(plain, Buffer.from('nonsense'))), 415, /image_format_unsupported/],
    [encode(files(pngHeader(1000, 1000))), 413, /image_too_many_pixels/],
    [encode(files(noise.subarray(0, noise.length / 2))), 422, /image_unreadable/]
  ]
  for (const [asked, status, error] of cases) t.match(await asked, { status, body: { error } }, String(error))
  const { inputs, outputs } = await (await fetch(`${origin}/v2/models/encode_picture`)).json() as { inputs: object[], outputs: object[] }
  t.match(inputs, [{ name: 'image' }, { name: 'pixels', shape: [-1, -1, -1, 3] }])
  t.same(outputs, [{ name: 'code_ids', datatype: 'INT64', shape: [-1, tokens] }])
})
