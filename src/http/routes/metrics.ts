import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Metrics } from '../../telemetry/metrics.js'

const schema = {
  operationId: 'metrics',
  security: [],
  tags: ['health'],
  summary: 'Metrics as Prometheus text',
  response: { 200: { description: 'Prometheus text format 0.0.4.', content: { 'text/plain': { schema: { type: 'string' } } } } }
}

/** GET /metrics */
export const metricsRoute: FastifyPluginAsyncTypebox<{ metrics: Metrics }> = async (app, { metrics: { registry } }) => {
  app.get('/metrics', { schema, logLevel: 'warn' }, async (_request, reply) => await reply.type(registry.contentType).send(await registry.metrics()))
}
