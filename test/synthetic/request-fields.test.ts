/**
 * Every field of every request in the document, one by one: changing it changes what is answered, over the real engine and the debug model. A field that the
 * document gets needs a line in test/support/request-fields.ts.
 */
import sharp from 'sharp'
import t from 'tap'
import { listenDebugApp } from '../support/debug-app.js'
import { openApiDocument } from '../support/openapi-document.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { CODES, requestFields } from '../support/request-fields.js'
import { readEvents } from '../support/server-sent-events.js'

interface Properties { [name: string]: { description?: string } }
interface Document { paths: Record<string, { post?: { requestBody?: { content: Record<string, { schema: { properties: Properties } }> } } }> }

const SIDE = 32
const lines: string[] = []
const { origin } = await listenDebugApp(t, { logLevel: 'info' }, { write: (line) => { lines.push(line) } })
const document = await openApiDocument() as Document
const image = dataUrl(await plainPng('teal', SIDE))
/** Transparent in its upper half. */
const mask = await sharp(Uint8Array.from({ length: 4 * SIDE * SIDE }, (_, byte) => byte < 2 * SIDE * SIDE ? 0 : 255), { raw: { width: SIDE, height: SIDE, channels: 4 } }).png().toBuffer()
const fields = requestFields({ image, other: dataUrl(await plainPng('red', SIDE)), mask: dataUrl(mask), text: await captionOf() })

async function captionOf (): Promise<string> {
  const answer = await fetch(`${origin}/v1/faces/caption`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ image, max_tokens: 6 }) })
  return (await answer.json() as { caption: string }).caption
}

type Encoding = 'application/json' | 'multipart/form-data'

/** What a request comes to: its status, its answer without what is of the moment, and what the log says of its end user. */
async function outcome (path: string, body: object, encoding: Encoding): Promise<string> {
  lines.length = 0
  const isForm = encoding === 'multipart/form-data'
  const answer = await fetch(origin + path.replace('{version}', 'debug'), {
    method: 'POST',
    headers: { ...(isForm ? {} : { 'content-type': encoding }), accept: 'application/json, text/event-stream, application/octet-stream' },
    body: isForm ? formOf(body) : JSON.stringify(body)
  })
  const type = answer.headers.get('content-type') ?? ''
  const text = await answer.text()
  const endUsers = lines.flatMap((line) => (JSON.parse(line) as { endUser?: string }).endUser ?? [])
  const said = type.includes('event-stream') ? lasting(path, readEvents(text)) : type.includes('json') ? lasting(path, JSON.parse(text)) : `${text.length} bytes`
  return `${answer.status} ${type} ${said} ${endUsers.join()}`
}

function formOf (body: object): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(body)) if (value !== undefined) form.append(name, typeof value === 'string' ? value : JSON.stringify(value))
  return form
}

const OF_THE_MOMENT = new Set(['created', 'created_at', 'timings', 'eta_ms', 'position', 'state', 'result_url', 'expires_in_ms'])

function lasting (path: string, body: unknown): string {
  // The inference protocol's id is the caller's own.
  const isOwnId = path.startsWith('/v2/')
  return JSON.stringify(body, (name, value: unknown) => OF_THE_MOMENT.has(name) || (name === 'id' && !isOwnId) ? undefined : value)
}

const requests = Object.entries(document.paths).flatMap(([path, { post }]) =>
  Object.entries(post?.requestBody?.content ?? {}).map(([encoding, { schema: { properties } }]) => ({ path, encoding: encoding as Encoding, properties })))

t.test('there are requests to send, and the model here takes these codes', async (t) => {
  t.ok(requests.length >= 20, String(requests.length))
  t.match(await outcome('/v2/models/decode_picture/infer', fields('/v2/models/decode_picture/infer').base, 'application/json'), /^200/, `${CODES.length} codes`)
})

for (const { path, encoding, properties } of requests) {
  t.test(`${path} as ${encoding}: each field makes a difference`, async (t) => {
    const { base, changes } = fields(path)
    for (const [name, { description = '' }] of Object.entries(properties)) {
      // test/contract/refused-fields.test.ts has those.
      if (description.startsWith('Refused with `option_unsupported`')) continue
      const change = changes[name]
      if (change === undefined) {
        t.fail(`no line says what ${name} changes`)
        continue
      }
      const [one, another, code] = change
      const taken = { ...base, ...one }
      // The first time some of it is not in the caches yet.
      await outcome(path, taken, encoding)
      const first = await outcome(path, taken, encoding)
      t.match(first, /^20/, name)
      t.equal(await outcome(path, taken, encoding), first, `${name}: the same request has the same answer`)
      const second = await outcome(path, { ...base, ...another }, encoding)
      t.not(second, first, `${name}: another value has another answer`)
      t.match(second, code === undefined ? /^20/ : new RegExp(`^4.*${code}`), `${name}: ${code ?? 'both are answered'}`)
    }
  })
}
