import { once } from 'node:events'
import t from 'tap'
import { eventStream, type StreamEvent } from '../../../src/http/event-stream.js'
import { readEvents } from '../../support/server-sent-events.js'

const OPTIONS = { heartbeatMs: 60_000, describeError: (error: unknown) => ({ error: String(error) }) }
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

t.test('nothing is asked of the source while the reader does not read', async (t) => {
  let asked = 0
  async function * source (): AsyncGenerator<StreamEvent> {
    for (;;) {
      asked++
      yield { event: 'tick', data: { filling: 'x'.repeat(10_000) } }
    }
  }
  const stream = eventStream(source(), OPTIONS)
  stream.read(0)
  await new Promise((resolve) => { setTimeout(resolve, 20) })
  const before = asked
  t.ok(before > 0 && before < 6, `${before} events for a buffer of 16 KiB`)
  stream.destroy()
  await once(stream, 'close')
  t.equal(asked, before)
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
