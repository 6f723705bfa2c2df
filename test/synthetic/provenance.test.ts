/** Marks and receipts of pictures that the real engine made with the debug model. */
import ExifReader from 'exifreader'
import sharp from 'sharp'
import t from 'tap'
import { modelDigest } from '../../src/artifacts/model-digest.js'
import { loadManifest } from '../../src/artifacts/load-manifest.js'
import { listenDebugApp } from '../support/debug-app.js'
import { debugFolder } from '../support/debug-model.js'
import { dataUrl, formRequest, plainPng } from '../support/pictures.js'
import { readEvents } from '../support/server-sent-events.js'

const SOURCE = 'http://cv.iptc.org/newscodes/digitalsourcetype/'
const { manifest } = await loadManifest(debugFolder())
const digest = modelDigest(manifest)
const { origin } = await listenDebugApp(t)
const ask = async (path: string, body: object, accept = 'application/json', from = origin): Promise<Response> =>
  await fetch(`${from}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify(body) })
const fileOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer())
const verify = async (file: Uint8Array): Promise<unknown> => await (await ask('/v1/provenance/verify', { image: dataUrl(file) })).json()

const request = { prompt: 'a smiling woman', negative_prompt: 'a hat', seed: 7, num_inference_steps: 3 }

t.test('every format says that a model made the picture, to another reader too; so does a header', async (t) => {
  for (const format of ['png', 'webp', 'jpeg']) {
    const answer = await ask('/v1/faces/generate', request, `image/${format}`)
    t.equal(answer.headers.get('x-content-provenance'), 'trainedAlgorithmicMedia')
    const file = await fileOf(answer)
    const { xmp } = ExifReader.load(file, { expanded: true })
    t.equal(xmp?.['DigitalSourceType']?.value, `${SOURCE}trainedAlgorithmicMedia`, format)
    t.equal(xmp?.['ModelDigest']?.value, digest)
    t.equal(xmp?.['Seed']?.value, '7')
    t.notMatch(file.toString('latin1'), /smiling|prompt_sha256/, 'no words, and no hash that they could be guessed from')
    t.match(await verify(file), { format, verdict: 'claims_this_model', digital_source_type: `${SOURCE}trainedAlgorithmicMedia`, generator: { model: 'debug', model_digest: digest, seed: 7, served_here: true }, receipt: { seed: 7, pictures: [{ index: 0 }] }, c2pa: { state: 'absent' } })
  }
})

t.test('the receipt has the words for whoever sent them, their hashes in the header, and the same code ids everywhere', async (t) => {
  const { receipt } = await (await ask('/v1/faces/generate', { ...request, n: 2 })).json() as { receipt: { pictures: { code_ids_sha256: string }[] } }
  t.match(receipt, {
    format: 'unif2ace-receipt/1',
    model: { name: 'debug', digest },
    precision: 'fp32',
    execution_provider: 'cpu',
    made_from: 'prompt',
    prompt: 'a smiling woman',
    negative_prompt: 'a hat',
    prompt_sha256: /^[0-9a-f]{64}$/,
    seed: 7,
    num_inference_steps: 3,
    guidance_scale: manifest.defaults.guidance_scale,
    sampler: { mask_schedule: 'cosine', temperature: manifest.defaults.temperature },
    pictures: [{ index: 0 }, { index: 1 }]
  })
  t.not(receipt.pictures[0]?.code_ids_sha256, receipt.pictures[1]?.code_ids_sha256)
  const answer = await ask('/v1/faces/generate', request, 'image/png')
  const header = JSON.parse(answer.headers.get('x-receipt') ?? '') as object
  t.notOk('prompt' in header || 'negative_prompt' in header)
  t.match(header, { prompt_sha256: /^[0-9a-f]{64}$/, negative_prompt_sha256: /^[0-9a-f]{64}$/, pictures: [receipt.pictures[0]] }, 'picture 0 is the same whatever n is')
  t.match(await verify(await fileOf(answer)), { receipt: { pictures: [receipt.pictures[0]] } })
  const other = await (await ask('/v1/faces/generate', { ...request, seed: 8 })).json() as typeof receipt & { receipt: typeof receipt }
  t.not(other.receipt.pictures[0]?.code_ids_sha256, receipt.pictures[0]?.code_ids_sha256)
})

t.test('OpenAI\'s routes mark their pictures too, previews included; an edit is a composite', async (t) => {
  const made = await (await ask('/v1/images/generations', request)).json() as { data: { b64_json: string }[], receipt: object }
  t.match(made.receipt, { made_from: 'prompt', prompt: 'a smiling woman', seed: 7 })
  t.match(await verify(Buffer.from(made.data[0]?.b64_json ?? '', 'base64')), { verdict: 'claims_this_model', generator: { seed: 7 } })
  const streamed = await ask('/v1/images/generations', { ...request, num_inference_steps: 4, stream: true, partial_images: 1 })
  t.equal(streamed.headers.get('x-content-provenance'), 'trainedAlgorithmicMedia')
  const pictures = readEvents(await streamed.text()).events.map(({ event, body }) => ({ type: event, file: Buffer.from(String(body['b64_json']), 'base64') }))
  t.same(pictures.map(({ type }) => type), ['image_generation.partial_image', 'image_generation.completed'])
  for (const { file, type } of pictures) t.match(await verify(file), { verdict: 'claims_this_model', receipt: type.endsWith('completed') ? { seed: 7 } : null }, type)
  const edited = await ask('/v1/images/edits', { ...request, image: dataUrl(await plainPng('teal', 32)) })
  t.equal(edited.headers.get('x-content-provenance'), 'compositeWithTrainedAlgorithmicMedia')
  const { data: [edit], receipt } = await edited.json() as typeof made
  t.match(receipt, { made_from: 'prompt_and_picture' })
  t.match(await verify(Buffer.from(edit?.b64_json ?? '', 'base64')), { verdict: 'claims_this_model', digital_source_type: `${SOURCE}compositeWithTrainedAlgorithmicMedia` })
})

t.test('the operator can switch marks off; receipts stay', async (t) => {
  const plain = await listenDebugApp(t, { provenance: 'off' })
  const answer = await ask('/v1/faces/generate', request, 'image/png', plain.origin)
  t.equal(answer.headers.get('x-content-provenance'), null)
  t.ok(answer.headers.get('x-receipt'))
  t.match(await verify(await fileOf(answer)), { verdict: 'not_marked', digital_source_type: null, generator: null, receipt: null })
})

t.test('what a file says is told as a claim: of another model, of somebody else, of nobody', async (t) => {
  const file = await fileOf(await ask('/v1/faces/generate', request, 'image/webp'))
  const remarked = async (change: (packet: string) => string): Promise<unknown> => {
    const { xmpAsString = '' } = await sharp(file).metadata()
    return await verify(await sharp(file).withXmp(change(xmpAsString)).webp().toBuffer())
  }
  t.match(await remarked((packet) => packet.replaceAll(digest, `sha256:${'0'.repeat(64)}`)), { verdict: 'claims_another_model', generator: { served_here: false } })
  t.match(await remarked((packet) => packet.replaceAll(/<unif2ace:.*?<\/unif2ace:\w+>/g, '')), { verdict: 'marked_as_generated', generator: null, explanation: /not known/ })
  t.match(await remarked((packet) => packet.replaceAll(/<unif2ace:.*?<\/unif2ace:\w+>/g, '').replace('trainedAlgorithmicMedia', 'digitalCapture')), { verdict: 'marked_otherwise' })
  t.match(await remarked((packet) => packet.replace(/<unif2ace:Receipt>.*?</, '<unif2ace:Receipt>{"format":1}<').replace(/(<unif2ace:Seed>).*?</, '$1many<')), { verdict: 'claims_this_model', generator: { seed: null }, receipt: null })
  t.match(await verify(await sharp(file).png().toBuffer()), { verdict: 'not_marked', explanation: /no sign of a photograph/ }, 'saving anew drops marks')
})

t.test('verify takes forms, and refuses what is no picture', async (t) => {
  const { payload, headers } = await formRequest([['image', await plainPng('red')]])
  const answer = await fetch(`${origin}/v1/provenance/verify`, { method: 'POST', headers, body: payload })
  t.match(await answer.json(), { format: 'png', verdict: 'not_marked' })
  const codeOf = async (body: object): Promise<unknown> => (await (await ask('/v1/provenance/verify', body)).json() as { error: { code: string } }).error.code
  t.equal(await codeOf({ image: dataUrl(Buffer.from('nonsense')) }), 'image_format_unsupported')
  t.equal(await codeOf({ image: dataUrl((await plainPng('red', 64)).subarray(0, 20)) }), 'image_unreadable')
  t.equal(await codeOf({ image: 'http://example.com/a.png' }), 'image_url_not_fetched')
  t.equal(await codeOf({}), 'missing_field')
  t.equal(await codeOf({ image: dataUrl(await plainPng('red')), prompt: 'x' }), 'unknown_field')
})
