import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { codedError } from '../../common/errors.js'
import type { EngineState } from '../../engine/client.js'
import type { ServedModel } from '../../tasks/served-model.js'
import type { ServedModels } from '../../tasks/served-models.js'
import { inferenceAnswer, type InferenceAnswer, wishOf } from '../inference/answer.js'
import { JSON_LENGTH_HEADER, splitBody } from '../inference/binary-body.js'
import { DECODE_PICTURE_MODEL, ENCODE_PICTURE_MODEL } from '../inference/codec-models.js'
import { GENERATE_MODEL } from '../inference/generate-model.js'
import type { InferenceModel } from '../inference/model.js'
import { readTensors } from '../inference/tensors.js'
import { UNDERSTAND_MODEL } from '../inference/understand-model.js'
import { servedVersion } from '../inference/version.js'
import type { Lifecycle } from '../lifecycle.js'
import { taskContextOf, tasksOf } from '../request-state.js'
import { type InferenceBody, InferenceErrorSchema, InferenceResponseSchema, LiveSchema, type ModelMetadata, ModelMetadataSchema, ModelReadySchema, ReadySchema, ServerMetadataSchema } from '../schemas/inference.js'
import { errorResponses, readErrorResponses } from '../schemas/responses.js'
import { pictureBodyLimit, type UnderstandRouteOptions } from './understand.js'

export interface InferenceRouteOptions extends Pick<UnderstandRouteOptions, 'maxUploadBytes'> {
  models: ServedModels
  lifecycle: Lifecycle
  /** Version of this package. */
  version: string
}

const MODELS = [GENERATE_MODEL, UNDERSTAND_MODEL, ENCODE_PICTURE_MODEL, DECODE_PICTURE_MODEL]

const tags = ['inference']
/** The same statuses as elsewhere, with the protocol's body. */
const withItsBody = (responses: Record<string, { description: string }>) => Object.fromEntries(Object.entries(responses).map(([status, response]) => [status, { ...response, content: { 'application/json': { schema: InferenceErrorSchema } } }]))
const failures = withItsBody({ ...errorResponses, 404: readErrorResponses[404] })
const readFailures = withItsBody(readErrorResponses)
const Named = Type.Object({ model: Type.String({ description: MODELS.map(({ name }) => `\`${name}\``).join(', ') }) })
const Versioned = Type.Object({ ...Named.properties, version: Type.String({ description: 'Name of a model that is served, as in /v1/models; without a version the default model is meant.' }) })

/** The Open Inference Protocol, version 2, for KServe's and Triton's clients: GET /v2 and what is below it. */
export const inferenceRoutes: FastifyPluginAsyncTypebox<InferenceRouteOptions> = async (app, options) => {
  const { models, lifecycle, version } = options
  const isReady = ({ state }: { state: EngineState }): boolean => !lifecycle.isDraining && state === 'ready'
  app.get('/v2', { schema: { operationId: 'inferenceServer', tags, security: [], summary: 'What this server is', response: { 200: ServerMetadataSchema } } }, async () => ({ name: 'unif2ace', version, extensions: ['binary_tensor_data'] }))
  app.get('/v2/health/live', { logLevel: 'warn', schema: { operationId: 'inferenceLive', tags, security: [], summary: 'Whether the server answers', response: { 200: LiveSchema } } }, async () => ({ live: true }))
  app.get('/v2/health/ready', { logLevel: 'warn', schema: { operationId: 'inferenceReady', tags, security: [], summary: 'Whether the server can be asked', response: { 200: ReadySchema, 503: ReadySchema } } }, async (_request, reply) => {
    const ready = isReady(models)
    return await reply.code(ready ? 200 : 503).send({ ready })
  })
  for (const [path, params, suffix] of [['/v2/models/:model', Named, ''], ['/v2/models/:model/versions/:version', Versioned, 'Version']] as const) {
    app.get(path, { schema: { operationId: `inferenceModel${suffix}`, tags, summary: 'What a model takes and gives', params, response: { 200: ModelMetadataSchema, ...readFailures } } }, async ({ params }) => metadataOf(modelOf(params), servedVersion(models, versionOf(params)), models))
    app.get(`${path}/ready`, { schema: { operationId: `inferenceModelReady${suffix}`, tags, summary: 'Whether a model can be asked', params, response: { 200: ModelReadySchema, 503: ModelReadySchema, ...readFailures } } }, async ({ params }, reply) => {
      const { name } = modelOf(params)
      const ready = isReady(servedVersion(models, versionOf(params)))
      return await reply.code(ready ? 200 : 503).send({ name, ready })
    })
  }
  await app.register(async (scope) => { inferRoutes(scope, options) })
}

/** One route a model: its task has to be known before the body is read. */
function inferRoutes (app: FastifyInstance, options: InferenceRouteOptions): void {
  const { maxUploadBytes } = options
  app.removeAllContentTypeParsers()
  const read = async (request: { headers: NodeJS.Dict<string | string[]> }, body: Buffer) => splitBody(body, request.headers[JSON_LENGTH_HEADER]?.toString())
  app.addContentTypeParser(['application/json', 'application/octet-stream'], { parseAs: 'buffer' }, read)
  // Triton's own client says nothing of the type.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (request: { headers: NodeJS.Dict<string | string[]> }, body: Buffer) => {
    const type = request.headers['content-type']
    if (type !== undefined) throw codedError('media_type_unsupported', [String(type), 'application/json or application/octet-stream'])
    return await read(request, body)
  })
  // Less than the routes below: who names another model is told which there are.
  for (const path of ['/v2/models/:model/infer', '/v2/models/:model/versions/:version/infer']) {
    app.post<{ Params: { model: string, version?: string } }>(path, { schema: { hide: true } }, async ({ params }) => modelOf(params))
  }
  for (const model of MODELS) {
    for (const [path, suffix] of [[`/v2/models/${model.name}/infer`, ''], [`/v2/models/${model.name}/versions/:version/infer`, 'Version']] as const) {
      const schema = {
        operationId: `infer${operationName(model.name)}${suffix}`,
        tags,
        summary: model.summary,
        description: 'Inputs are those of the model\'s metadata; what /v1/faces has as fields are tensors of one element here. JSON, or JSON and binary tensor data behind it.',
        ...(suffix === '' ? {} : { params: Type.Object({ version: Versioned.properties.version }) }),
        body: model.body,
        response: { 200: { description: 'The outputs.', content: { 'application/json': { schema: InferenceResponseSchema }, 'application/octet-stream': { schema: { type: 'string' } } } }, ...failures }
      }
      app.post<{ Body: InferenceBody }>(path, { schema, config: { task: model.task, namesModel: 'in-path', ...(model.digitalSource === undefined ? {} : { digitalSource: model.digitalSource }) }, bodyLimit: pictureBodyLimit(maxUploadBytes) }, async (request, reply) => {
        const tasks = tasksOf(request)
        const wish = wishOf(request.body, model.outputs(tasks.model))
        const inferred = await model.infer(readTensors(request.body.inputs, model.inputs), tasks, taskContextOf({ taskContext: request.taskContext, body: request.body.parameters }), maxUploadBytes)
        return await sendAnswer(reply, inferenceAnswer(inferred, wish, model, tasks.model, request.body.id))
      })
    }
  }
}

/** `encode_picture` → EncodePicture */
const operationName = (model: string): string => model.split('_').map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join('')

async function sendAnswer (reply: FastifyReply, { json, binary }: InferenceAnswer): Promise<FastifyReply> {
  if (binary.length === 0) return await reply.type('application/json; charset=utf-8').send(json)
  const head = Buffer.from(JSON.stringify(json))
  return await reply.type('application/octet-stream').header(JSON_LENGTH_HEADER, String(head.length)).send(Buffer.concat([head, ...binary]))
}

/** @throws model_not_found */
function modelOf ({ model: name }: { model: string }): InferenceModel {
  const model = MODELS.find((each) => each.name === name)
  if (model === undefined) throw codedError('model_not_found', [name, MODELS.map((each) => each.name).join(', ')])
  return model
}

const versionOf = (params: { model: string, version?: string }): string | undefined => params.version

function metadataOf ({ name, inputs, outputs }: InferenceModel, { backend: { model } }: ServedModel, { names }: ServedModels): ModelMetadata {
  const copy = <Spec extends { shape: readonly number[] }> (spec: Spec) => ({ ...spec, shape: [...spec.shape] })
  return { name, versions: names, platform: 'onnx_onnxv1', inputs: inputs.map(copy), outputs: outputs(model).map(copy) }
}
