import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { ServedModels } from '../../tasks/served-models.js'
import type { Lifecycle } from '../lifecycle.js'
import { oneOf } from '../schemas/common.js'

const LiveSchema = Type.Object({ status: oneOf(['live'], 'Always.') }, { additionalProperties: false, description: 'The event loop turns.' })
const StateSchema = oneOf(['ready', 'starting', 'restarting', 'draining', 'stopped'], 'Where the engine stands; only `ready` is 200. Of several models: what the first says that is not ready.')
const ReadySchema = Type.Object({
  status: StateSchema,
  models: Type.Optional(Type.Record(Type.String(), StateSchema, { description: 'Where several models are served: where the engine of each stands, by its name.' }))
}, { additionalProperties: false, description: 'Where the engine stands.' })

const liveSchema = { operationId: 'live', tags: ['health'], security: [], summary: 'Whether the event loop turns', response: { 200: LiveSchema } }
const readySchema = {
  operationId: 'ready',
  security: [],
  tags: ['health'],
  summary: 'Whether every model is loaded, warmed up, alive and not draining',
  response: { 200: ReadySchema, 503: ReadySchema }
}

/** GET /livez and /readyz: no key, no queue, no log line. */
export const healthRoutes: FastifyPluginAsyncTypebox<{ models: ServedModels, lifecycle: Lifecycle }> = async (app, { models, lifecycle }) => {
  app.get('/livez', { schema: liveSchema, logLevel: 'warn' }, async () => ({ status: 'live' as const }))
  app.get('/readyz', { schema: readySchema, logLevel: 'warn' }, async (_request, reply) => {
    const status = lifecycle.isDraining ? 'draining' : models.state
    const each = models.only === undefined ? { models: Object.fromEntries(models.all.map(({ name, state }) => [name, state])) } : {}
    return await reply.code(status === 'ready' ? 200 : 503).send({ status, ...each })
  })
}
