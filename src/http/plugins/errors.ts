import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { ServedModels } from '../../tasks/served-models.js'
import { answerError, asCodedError, type ErrorAnswer, inferenceErrorBody } from '../error-body.js'

/** Answers errors of everything that found a route, or none: every one has the body of `ErrorBodySchema`, under /v2 that of its protocol. */
export const errorPlugin = fastifyPlugin<{ models: ServedModels }>(async (app, { models }) => {
  app.setErrorHandler(async (error, request, reply) => {
    const { status, body, headers } = failureAnswer(error, request, reply, models)
    // Where no route was found, the path says who asks.
    const said = /^\/v2(\/|\?|$)/.test(request.url) ? inferenceErrorBody(body) : body
    return await reply.code(status).headers(headers).type('application/json; charset=utf-8').send(said)
  })
}, { name: 'errors' })

/** What a failure is answered with. It is noted for the log and the metrics. */
export function failureAnswer (error: unknown, request: FastifyRequest, reply: FastifyReply, models: ServedModels): ErrorAnswer {
  const signal = request.taskContext?.signal
  // Whatever an abort makes fail on its way, its reason is what happened.
  const coded = asCodedError(signal?.aborted === true ? signal.reason : error, { bodyLimit: request.routeOptions.bodyLimit, contentType: request.headers['content-type'] })
  request.failure = coded
  if (coded.status >= 500) request.log.error({ err: coded, code: coded.code }, 'request failed')
  // Not the message: it may quote the body.
  else request.log.info({ code: coded.code }, 'request refused')
  const answer = answerError(coded, () => request.backend?.admission.retryAfterMs ?? models.retryAfterMs)
  // The rest of a body that was refused unread would be taken for the next request.
  if (!request.raw.complete) reply.header('connection', 'close')
  return answer
}

/** Answers a request whose URL cannot be read. Fastify gives it to no hook and no handler. */
export function answerUnroutable (error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body, headers } = answerError(asCodedError(error), () => 0)
  reply.code(status).headers({ ...headers, 'x-request-id': request.id }).type('application/json; charset=utf-8').send(body)
}
