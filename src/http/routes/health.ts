import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { EngineClient } from '../../engine/client.js'
import type { Lifecycle } from '../lifecycle.js'

const LiveSchema = Type.Object({ status: Type.Literal('live') }, { additionalProperties: false })
const ReadySchema = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('starting'), Type.Literal('restarting'), Type.Literal('draining'), Type.Literal('stopped')])
}, { additionalProperties: false })

const liveSchema = { operationId: 'live', tags: ['health'], summary: 'Whether the event loop turns', response: { 200: LiveSchema } }
const readySchema = {
  operationId: 'ready',
  tags: ['health'],
  summary: 'Whether the model is loaded, warmed up, alive and not draining',
  response: { 200: ReadySchema, 503: ReadySchema }
}

/** GET /livez and /readyz: no key, no queue, no log line. */
export const healthRoutes: FastifyPluginAsyncTypebox<{ engine: EngineClient, lifecycle: Lifecycle }> = async (app, { engine, lifecycle }) => {
  app.get('/livez', { schema: liveSchema, logLevel: 'warn' }, async () => ({ status: 'live' as const }))
  app.get('/readyz', { schema: readySchema, logLevel: 'warn' }, async (_request, reply) => {
    const status = lifecycle.isDraining ? 'draining' : engine.state()
    return await reply.code(status === 'ready' ? 200 : 503).send({ status })
  })
}
