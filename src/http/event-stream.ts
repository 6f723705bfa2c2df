import { Readable } from 'node:stream'

/** One server-sent event: its name and a JSON value. */
export interface StreamEvent {
  /** Name of the event; becomes the `event:` line and belongs into `data` as `type`. Absent: an event without a name, as OpenAI's chat has them. */
  event?: string
  data: object
}

export interface EventStreamOptions {
  /** A comment is sent after so long a silence, so that proxies and clients keep the connection. */
  heartbeatMs: number
  /** Body of the error event for a failure after the headers have gone. */
  describeError: (error: unknown) => object
}

const HEARTBEAT = ': heartbeat\n\n'
const DONE = 'data: [DONE]\n\n'

/**
 * Writes events as a server-sent event stream that Fastify sends.
 *
 * Backpressure: the next event is only asked for when the client has taken the last. When the client goes away the stream is destroyed, and with it
 * the source's iterator. A failure becomes an `error` event: the status line has been sent already.
 */
export function eventStream (events: AsyncIterable<StreamEvent>, options: EventStreamOptions): Readable {
  return Readable.from(encode(events, options), { objectMode: false, highWaterMark: 16 * 1024 })
}

async function * encode (events: AsyncIterable<StreamEvent>, options: EventStreamOptions): AsyncGenerator<string> {
  const iterator = events[Symbol.asyncIterator]()
  // At once: the client learns that it was admitted, and no proxy waits for a first byte.
  yield HEARTBEAT
  try {
    for (;;) {
      const next = iterator.next()
      while (await isSilent(next, options.heartbeatMs)) yield HEARTBEAT
      const { done, value } = await next
      if (done === true) break
      yield encodeEvent(value)
    }
  } catch (error) {
    yield encodeEvent({ event: 'error', data: options.describeError(error) })
  } finally {
    // Not awaited: a source that is busy when the client goes away ends by its own signal.
    iterator.return?.().catch(() => {})
  }
  yield DONE
}

/** Whether nothing came for so long. A failure is not silence; it is for the caller to see. */
async function isSilent (next: Promise<unknown>, heartbeatMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<boolean>((resolve) => { timer = setTimeout(resolve, heartbeatMs, true) })
  const arrival = next.then(() => false, () => false)
  try {
    return await Promise.race([arrival, silence])
  } finally {
    clearTimeout(timer)
  }
}

/** JSON has no raw line breaks, so one `data:` line is enough. */
function encodeEvent ({ event, data }: StreamEvent): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`
}
