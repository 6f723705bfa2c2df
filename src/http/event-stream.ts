import { Readable } from 'node:stream'
import { codedError } from '../common/errors.js'

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
  /** Bytes that may wait for the client. Past them nothing more is asked of the source. */
  maxUnreadBytes: number
  /** How long the client may then take to read again before the stream is ended; 5 s unless said. */
  patienceMs?: number
}

const HEARTBEAT = ': heartbeat\n\n'
const DONE = 'data: [DONE]\n\n'
const PATIENCE_MS = 5000

/**
 * Writes events as a server-sent event stream that Fastify sends.
 *
 * What the client has not read yet is bounded: past the bound nothing more is asked of the source, and a client that then reads nothing for a while finds an error at the end of
 * what waits, while the source is ended, and with it the work. When the client goes away the stream is destroyed, and with it the source's iterator. A failure becomes an `error` event:
 * the status line has been sent already.
 */
export function eventStream (events: AsyncIterable<StreamEvent>, options: EventStreamOptions): Readable {
  const chunks = encode(events, options)
  let wake = (): void => {}
  const stream = new Readable({
    highWaterMark: Math.min(16 * 1024, options.maxUnreadBytes),
    read: () => { wake() },
    destroy: (error, done) => {
      wake()
      // Not awaited: a source that is busy when the client goes away ends by its own signal.
      chunks.return(undefined).catch(() => {})
      done(error)
    }
  })
  const untilRead = async (ms: number): Promise<void> => {
    const timer = setTimeout(() => { wake() }, ms)
    await new Promise<void>((resolve) => { wake = resolve })
    clearTimeout(timer)
  }
  pump(chunks, stream, { ...options, untilRead }).catch((error: unknown) => { stream.destroy(error instanceof Error ? error : new Error(String(error))) })
  return stream
}

interface PumpOptions extends EventStreamOptions {
  /** Settles when the client has read, or after so long. */
  untilRead: (ms: number) => Promise<void>
}

/** Moves what is written into the stream as long as somebody reads it. */
async function pump (chunks: AsyncIterable<string>, stream: Readable, { maxUnreadBytes, patienceMs = PATIENCE_MS, describeError, untilRead }: PumpOptions): Promise<void> {
  for await (const chunk of chunks) {
    if (stream.destroyed) return
    stream.push(chunk)
    if (stream.readableLength > maxUnreadBytes) await untilRead(patienceMs)
    if (stream.destroyed) return
    if (stream.readableLength <= maxUnreadBytes) continue
    stream.push(encodeEvent({ event: 'error', data: describeError(codedError('stream_too_slow', [maxUnreadBytes])) }) + DONE)
    // A client that reads nothing at all does not keep its connection either.
    const timer = setTimeout(() => { stream.destroy() }, patienceMs)
    stream.once('close', () => { clearTimeout(timer) })
    break
  }
  stream.push(null)
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
