import fastifyPlugin from 'fastify-plugin'
import { codedError } from '../../common/errors.js'
import { type ApiKeys, keyOfHeaders } from '../api-keys.js'

/** Asks for a key on everything under /v1/. Probes, metrics and the documentation are open: they say nothing of anybody's requests. */
export const authenticationPlugin = fastifyPlugin<{ apiKeys: ApiKeys }>(async (app, { apiKeys }) => {
  app.decorateRequest('caller', '')
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/v1/')) return
    const caller = apiKeys.identify(keyOfHeaders(request.headers))
    if (caller === undefined) {
      reply.header('www-authenticate', 'Bearer')
      throw codedError('api_key_invalid', [])
    }
    request.caller = caller
  })
}, { name: 'authentication', dependencies: ['errors'] })
