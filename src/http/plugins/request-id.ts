import type { IncomingMessage } from 'node:http'
import fastifyPlugin from 'fastify-plugin'
import { createRequestId } from '../../common/ids.js'

/** What a request id may look like: it goes into headers and log lines. */
const REQUEST_ID = /^[A-Za-z0-9._:/=+-]{1,128}$/

/** The id that a client gave in `x-request-id`, or a new one where it gave none that can be used. */
export function requestIdOf (request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : createRequestId()
}

/** Sends `x-request-id` with every answer. */
export const requestIdPlugin = fastifyPlugin(async (app) => {
  app.addHook('onRequest', async (request, reply) => { reply.header('x-request-id', request.id) })
}, { name: 'request-id' })
