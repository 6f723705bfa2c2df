import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ServedModels } from '../../tasks/served-models.js'
import { PROMETHEUS_TEXT } from '../../telemetry/server-metrics.js'

const schema = {
  operationId: 'metrics',
  security: [],
  tags: ['health'],
  summary: 'Metrics as Prometheus text',
  response: { 200: { description: 'Prometheus text format 0.0.4.', content: { 'text/plain': { schema: { type: 'string' } } } } }
}

/** GET /metrics */
export const metricsRoute: FastifyPluginAsyncTypebox<{ models: ServedModels }> = async (app, { models }) => {
  app.get('/metrics', { schema, logLevel: 'warn' }, async (_request, reply) => await reply.type(PROMETHEUS_TEXT).send(await models.scrape()))
}
