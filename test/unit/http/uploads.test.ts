import { once } from 'node:events'
import { connect } from 'node:net'
import sharp from 'sharp'
import t from 'tap'
import { forkToy } from '../../support/forked-toy.js'
import { dataUrl, formRequest, plainPng, pngHeader } from '../../support/pictures.js'
import { buildToyApp } from '../../support/toy-app.js'

const engine = forkToy(t)
await engine.whenReady()
const { server } = await buildToyApp(t, { engine, settings: { maxUploadBytes: '4096', maxImagePixels: '10000' } })
const origin = await server.listen({ port: 0, host: '127.0.0.1' })
const picture = await plainPng('teal')

const caption = async (image: Uint8Array, as: 'form' | 'json' = 'form') => {
  if (as === 'json') return await server.inject({ method: 'POST', url: '/v1/faces/caption', payload: { image: dataUrl(image), seed: 1 } })
  const { payload, headers } = await formRequest([['image', image], ['seed', '1']])
  return await server.inject({ method: 'POST', url: '/v1/faces/caption', payload, headers })
}

t.test('a picture file over the limit is 413, in a form and as a data URL', async (t) => {
  const large = Buffer.concat([picture, Buffer.alloc(4097 - picture.length)])
  for (const as of ['form', 'json'] as const) {
    const answer = await caption(large, as)
    t.match([answer.statusCode, answer.json().error], [413, { code: 'image_too_large', param: 'image', message: /4096 bytes/ }], as)
    t.equal((await caption(Buffer.concat([picture, Buffer.alloc(4096 - picture.length)]), as)).statusCode, 200, 'the limit itself is allowed')
  }
})

t.test('a body over the limit of its route is 413 before it is read', async (t) => {
  const json = await server.inject({ method: 'POST', url: '/v1/faces/caption', payload: { image: dataUrl(Buffer.alloc(300_000)) } })
  t.match([json.statusCode, json.json().error], [413, { code: 'body_too_large', message: /larger than the 2\d{5} bytes/ }])
  const text = await server.inject({ method: 'POST', url: '/v1/faces/generate', payload: { prompt: 'a'.repeat(300_000) } })
  t.match([text.statusCode, text.json().error], [413, { code: 'body_too_large', message: /262144 bytes/ }])
})

t.test('the parts of a form together are bounded', async (t) => {
  const parts = Array.from({ length: 20 }, (_, index): [string, string] => [`field${index}`, 'x'.repeat(20_000)])
  const { payload, headers } = await formRequest(parts)
  const whole = await server.inject({ method: 'POST', url: '/v1/faces/caption', payload, headers })
  t.match([whole.statusCode, whole.json().error.code], [413, 'body_too_large'], 'by its declared length')
  const chunked = await fetch(`${origin}/v1/faces/caption`, { method: 'POST', headers, body: streamOf(payload), duplex: 'half' })
  t.match([chunked.status, await chunked.json()], [413, { error: { code: 'body_too_large' } }], 'and where it declares none')
})

t.test('a refusal reaches a client that is still sending', async (t) => {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write('POST /v1/faces/caption HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n{"image": "')
  const [first] = await once(socket, 'data') as [Buffer]
  t.match(first.toString(), /^HTTP\/1.1 413 [^]*connection: close[^]*body_too_large/i)
  await once(socket, 'close')
})

t.test('too many pixels are 413 before anything is decoded', async (t) => {
  const answer = await caption(pngHeader(50_000, 50_000))
  t.match([answer.statusCode, answer.json().error], [413, { code: 'image_too_many_pixels', message: /2500000000 pixels and at most 10000/ }])
})

t.test('what is no picture is 415, what is damaged is 422', async (t) => {
  const svg = await caption(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))
  t.match([svg.statusCode, svg.json().error], [415, { code: 'image_format_unsupported', message: /PNG, JPEG, WebP, GIF/ }])
  const empty = await caption(Buffer.alloc(0))
  t.match([empty.statusCode, empty.json().error.code], [415, 'image_format_unsupported'])
  const cut = await caption(picture.subarray(0, 60))
  t.match([cut.statusCode, cut.json().error.code], [422, 'image_unreadable'])
})

t.test('the model sees the picture upright, on white, and its first frame', async (t) => {
  const captionOf = async (file: Uint8Array): Promise<string> => (await caption(file)).json().caption
  const frame = (background: string) => sharp({ create: { width: 8, height: 8, channels: 3, background } }).png().toBuffer()
  const halves = sharp(await frame('#f00')).composite([{ input: { create: { width: 4, height: 8, channels: 3, background: '#00f' } }, left: 4, top: 0 }])
  const lying = await halves.clone().withMetadata({ orientation: 6 }).png().toBuffer()
  t.equal(await captionOf(lying), await captionOf(await sharp(lying).autoOrient().png().toBuffer()))
  t.not(await captionOf(lying), await captionOf(await halves.clone().png().toBuffer()))
  const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } } }).png().toBuffer()
  t.equal(await captionOf(clear), await captionOf(await frame('#fff')))
  const animation = await sharp([await frame('#f00'), await frame('#00f')], { join: { animated: true } }).gif().toBuffer()
  t.equal(await captionOf(animation), await captionOf(await frame('#f00')))
})

function streamOf (bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start (controller) {
      for (let from = 0; from < bytes.length; from += 10_000) controller.enqueue(bytes.subarray(from, from + 10_000))
      controller.close()
    }
  })
}
