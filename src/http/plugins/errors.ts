import fastifyPlugin from 'fastify-plugin'
import { codedError } from '../../common/errors.js'
import type { AdmissionQueue } from '../../tasks/admission.js'
import { answerError, asCodedError } from '../error-body.js'

/** The only place that answers errors: every one has the body of `ErrorBodySchema`. */
export const errorPlugin = fastifyPlugin<{ admission: AdmissionQueue }>(async (app, { admission }) => {
  app.setErrorHandler(async (error, request, reply) => {
    const signal = request.taskContext?.signal
    // Whatever an abort makes fail on its way, its reason is what happened.
    const coded = asCodedError(signal?.aborted === true ? signal.reason : error)
    request.failure = coded
    if (coded.status >= 500) request.log.error({ err: coded, code: coded.code }, 'request failed')
    else request.log.info({ code: coded.code, reason: coded.message }, 'request refused')
    const { status, body, headers } = answerError(coded, () => admission.retryAfterMs)
    // The rest of a body that was refused unread would be taken for the next request.
    if (!request.raw.complete) reply.header('connection', 'close')
    return await reply.code(status).headers(headers).type('application/json; charset=utf-8').send(body)
  })

  app.setNotFoundHandler(async (request) => {
    throw codedError('route_not_found', [request.method, request.url.split('?', 1)[0] ?? ''])
  })
}, { name: 'errors' })
