import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerError, asCodedError } from './error-body.js'
import { eventStream, type StreamEvent } from './event-stream.js'

/** Answers with server-sent events. A failure on the way becomes an `error` event, and is counted and logged like any other. */
export async function sendEvents (request: FastifyRequest, reply: FastifyReply, events: AsyncIterable<StreamEvent>, heartbeatMs: number): Promise<FastifyReply> {
  const describeError = (error: unknown): object => {
    request.failure = asCodedError(error)
    request.log.warn({ err: request.failure, code: request.failure.code }, 'stream failed')
    return answerError(request.failure, () => 0).body
  }
  return await reply
    .headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' })
    .send(eventStream(events, { heartbeatMs, describeError }))
}
