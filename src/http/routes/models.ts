import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { codedError } from '../../common/errors.js'
import type { Manifest } from '../../artifacts/manifest.js'
import { modelDigest } from '../../artifacts/model-digest.js'
import type { EngineClient } from '../../engine/client.js'
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
export const modelRoutes: FastifyPluginAsyncTypebox<{ manifest: Manifest, engine: EngineClient }> = async (app, { manifest, engine }) => {
  app.get('/v1/models', { schema: listSchema }, async () => ({ object: 'list' as const, data: [describe(manifest, engine)] }))
  app.get('/v1/models/:id', { schema: oneSchema }, async (request) => {
    if (request.params.id !== manifest.name) throw codedError('model_not_found', [request.params.id, manifest.name])
    return describe(manifest, engine)
  })
}

function describe (manifest: Manifest, engine: EngineClient): Model {
  return {
    id: manifest.name,
    object: 'model',
    created: Math.floor(Date.parse(manifest.provenance.created) / 1000) || 0,
    owned_by: 'unif2ace',
    digest: modelDigest(manifest),
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
