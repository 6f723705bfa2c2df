import { once } from 'node:events'
import t from 'tap'
import { eventStream, type StreamEvent } from '../../../src/http/event-stream.js'
import { readEvents } from '../../support/server-sent-events.js'
import { until } from '../../support/until.js'

const OPTIONS = { heartbeatMs: 60_000, maxUnreadBytes: 100_000, describeError: (error: unknown) => ({ error: String(error) }) }
const event = (n: number): StreamEvent => ({ event: 'tick', data: { type: 'tick', n } })

async function textOf (stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString()
}

t.test('a value with line breaks stays one line of data', async (t) => {
  async function * source (): AsyncGenerator<StreamEvent> {
    yield { event: 'tick', data: { text: 'one\ntwo\r\n\n', n: 1 } }
  }
  const text = await textOf(eventStream(source(), OPTIONS))
  t.equal(text, ': heartbeat\n\nevent: tick\ndata: {"text":"one\\ntwo\\r\\n\\n","n":1}\n\ndata: [DONE]\n\n')
})

t.test('silence is filled with comments until the next event', async (t) => {
  let speak = (): void => {}
  const spoken = new Promise<void>((resolve) => { speak = resolve })
  async function * source (): AsyncGenerator<StreamEvent> {
    await spoken
    yield event(1)
  }
  let heartbeats = 0
  const parts: string[] = []
  for await (const part of eventStream(source(), { ...OPTIONS, heartbeatMs: 1 })) {
    parts.push(String(part))
    heartbeats += String(part).split(': heartbeat').length - 1
    if (heartbeats > 3) speak()
  }
  t.ok(heartbeats > 3)
  t.same(readEvents(parts.join('')), { events: [{ event: 'tick', body: { type: 'tick', n: 1 } }], isDone: true })
})

t.test('a source that fails ends with an error event', async (t) => {
  async function * source (): AsyncGenerator<StreamEvent> {
    yield event(1)
    throw new Error('no more')
  }
  const { events, isDone } = readEvents(await textOf(eventStream(source(), OPTIONS)))
  t.match(events, [{ event: 'tick' }, { event: 'error', body: { error: 'Error: no more' } }])
  t.ok(isDone)
})

t.test('nothing more is asked of the source while so much waits for the reader', async (t) => {
  let asked = 0
  async function * source (): AsyncGenerator<StreamEvent> {
    for (;;) {
      asked++
      yield { event: 'tick', data: { filling: 'x'.repeat(10_000) } }
    }
  }
  const stream = eventStream(source(), OPTIONS)
  stream.read(0)
  await until(() => asked > 5)
  await new Promise((resolve) => { setTimeout(resolve, 20) })
  const before = asked
  t.ok(before <= 11, `${before} events of 10 KB for a buffer of 100 KB`)
  stream.destroy()
  await once(stream, 'close')
  t.equal(asked, before)
})

t.test('a reader that takes too long finds what waited, and then why it ended; the source is ended at once', async (t) => {
  let isEnded = false
  async function * source (): AsyncGenerator<StreamEvent> {
    try {
      for (;;) yield { event: 'tick', data: { type: 'tick', filling: 'x'.repeat(10_000) } }
    } finally {
      isEnded = true
    }
  }
  const stream = eventStream(source(), { ...OPTIONS, patienceMs: 500, maxUnreadBytes: 30_000 })
  stream.read(0)
  await until(() => isEnded)
  t.ok(stream.readableLength < 45_000, `${stream.readableLength} bytes wait`)
  const { events, isDone } = readEvents(await textOf(stream))
  t.match(events.at(-1), { event: 'error', body: { error: /read too slowly: more than 30000 bytes/ } })
  t.ok(isDone)
})

t.test('a reader that reads nothing at all loses its connection', async (t) => {
  async function * source (): AsyncGenerator<StreamEvent> {
    for (;;) yield { event: 'tick', data: { filling: 'x'.repeat(10_000) } }
  }
  const stream = eventStream(source(), { ...OPTIONS, patienceMs: 10, maxUnreadBytes: 20_000 })
  stream.read(0)
  await once(stream, 'close')
  t.ok(stream.destroyed)
})

t.test('a reader that pauses and goes on in time misses nothing', async (t) => {
  async function * source (): AsyncGenerator<StreamEvent> {
    for (let n = 0; n < 30; n++) yield { event: 'tick', data: { type: 'tick', n, filling: 'x'.repeat(10_000) } }
  }
  const parts: Buffer[] = []
  for await (const part of eventStream(source(), { ...OPTIONS, maxUnreadBytes: 20_000 })) {
    parts.push(part)
    await new Promise((resolve) => { setTimeout(resolve, 5) })
  }
  t.same(readEvents(Buffer.concat(parts).toString()).events.map(({ body }) => body['n']), Array.from({ length: 30 }, (_, n) => n))
})

t.test('a reader that goes away ends the source', async (t) => {
  let isEnded = false
  async function * source (): AsyncGenerator<StreamEvent> {
    try {
      for (let n = 0; ; n++) yield event(n)
    } finally {
      isEnded = true
    }
  }
  for await (const part of eventStream(source(), OPTIONS)) if (String(part).includes('tick')) break
  await new Promise((resolve) => { setImmediate(resolve) })
  t.ok(isEnded)
})
