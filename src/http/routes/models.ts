import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Backend } from '../../tasks/backend.js'
import type { ServedModels } from '../../tasks/served-models.js'
import { type Model, ModelListSchema, ModelSchema } from '../schemas/models.js'
import { readErrorResponses } from '../schemas/responses.js'

const listSchema = { operationId: 'listModels', tags: ['models'], summary: 'The models that are served', response: { 200: ModelListSchema, 401: readErrorResponses[401] } }
const oneSchema = {
  operationId: 'getModel',
  tags: ['models'],
  summary: 'One model: what runs it, its sizes, parameters, limits, licence and provenance',
  params: Type.Object({ id: Type.String({ description: 'Name of the model.' }) }),
  response: { 200: ModelSchema, ...readErrorResponses }
}

/** GET /v1/models and /v1/models/{id} */
export const modelRoutes: FastifyPluginAsyncTypebox<{ models: ServedModels }> = async (app, { models }) => {
  app.get('/v1/models', { schema: listSchema }, async () => ({ object: 'list' as const, data: models.all.map(({ backend }) => describe(backend)) }))
  app.get('/v1/models/:id', { schema: oneSchema }, async ({ params }) => describe(models.get(params.id).backend))
}

function describe ({ model: { manifest, digest }, engine }: Backend): Model {
  return {
    id: manifest.name,
    object: 'model',
    created: Math.floor(Date.parse(manifest.provenance.created) / 1000) || 0,
    owned_by: 'unif2ace',
    digest,
    description: manifest.description,
    license: manifest.license,
    precision: manifest.precision,
    execution_provider: engine.model()?.executionProvider ?? null,
    parameters: manifest.parameters,
    sizes: manifest.sizes,
    limits: manifest.limits,
    defaults: manifest.defaults,
    guidance: manifest.guidance,
    provenance: manifest.provenance
  }
}
