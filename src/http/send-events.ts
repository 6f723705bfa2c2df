import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerError, asCodedError } from './error-body.js'
import { eventStream, type StreamEvent } from './event-stream.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Bytes of a stream that may wait for its reader. */
    streamBufferBytes: number
  }
}

/** Answers with server-sent events. The last one, if it is a `….completed`, says in `timings` what `Server-Timing` says elsewhere. A failure on the way becomes an `error` event, and is counted and logged like any other. */
export async function sendEvents (request: FastifyRequest, reply: FastifyReply, events: AsyncIterable<StreamEvent>, heartbeatMs: number): Promise<FastifyReply> {
  const describeError = (error: unknown): object => {
    request.failure = asCodedError(error)
    request.log.warn({ err: request.failure, code: request.failure.code }, 'stream failed')
    return answerError(request.failure, () => 0).body
  }
  async function * timed (): AsyncGenerator<StreamEvent> {
    for await (const event of events) {
      const timings = event.event?.endsWith('.completed') === true ? request.timingsNow() : undefined
      yield timings === undefined ? event : { ...event, data: { ...event.data, timings } }
    }
  }
  return await reply
    .headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' })
    .send(eventStream(timed(), { heartbeatMs, describeError, maxUnreadBytes: request.server.streamBufferBytes }))
}
