import fastifyPlugin from 'fastify-plugin'
import { codedError } from '../../common/errors.js'
import { ANONYMOUS, type ApiKeys, keyOfHeaders } from '../api-keys.js'

/**
 * Asks for a key on every route under /v1/, and on those of /v2 that know the models. Probes, metrics and the documentation are open: they say nothing of anybody's requests.
 *
 * The route that was found decides, not the URL as it was sent: /%761/models and http://anything/v1/models lead to the same route as /v1/models.
 */
export const authenticationPlugin = fastifyPlugin<{ apiKeys: ApiKeys }>(async (app, { apiKeys }) => {
  app.decorateRequest('caller', '')
  app.decorateRequest('callerTerms')
  app.addHook('onRequest', async (request, reply) => {
    request.callerTerms = ANONYMOUS
    if (!/^\/(v1|v2\/models)\//.test(request.routeOptions.url ?? '')) return
    const caller = apiKeys.identify(keyOfHeaders(request.headers))
    if (caller === undefined) {
      reply.header('www-authenticate', 'Bearer')
      throw codedError('api_key_invalid', [])
    }
    request.caller = caller.id
    request.callerTerms = caller
    if (caller.name !== undefined) request.log = reply.log = request.log.child({ apiKey: caller.name })
  })
}, { name: 'authentication', dependencies: ['errors'] })
