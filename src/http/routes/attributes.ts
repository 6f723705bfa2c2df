import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DEFAULT_THRESHOLD, readAttributes } from '../../tasks/read-attributes.js'
import { attributesBody } from '../attributes-body.js'
import { pictureOfBody } from '../picture-of-body.js'
import { taskContextOf, tasksOf } from '../request-state.js'
import { type AttributesBody, AttributesFormSchema, AttributesJsonSchema, type AttributesResponse, AttributesResponseSchema } from '../schemas/attributes.js'
import { errorResponses } from '../schemas/responses.js'
import { acceptPictures, pictureBody, pictureBodyLimit, type UnderstandRouteOptions } from './understand.js'

const schema = {
  operationId: 'readFaceAttributes',
  tags: ['faces'],
  summary: 'Attributes of the face in a picture, with probabilities',
  description: 'Each attribute is a question that the model was trained on, with a closed set of answers: all of them are scored, none is written. The picture is read once. Ethnicity, religion and what else a face does not tell are not among the attributes.',
  body: pictureBody(AttributesJsonSchema, AttributesFormSchema),
  response: { 200: { description: 'The attributes.', content: { 'application/json': { schema: AttributesResponseSchema } } }, ...errorResponses }
}

/** POST /v1/faces/attributes */
export const attributesRoute: FastifyPluginAsyncTypebox<UnderstandRouteOptions> = async (app, options) => {
  const { maxUploadBytes } = options
  await acceptPictures(app, AttributesFormSchema, options)
  app.post<{ Body: AttributesBody }>('/v1/faces/attributes', { schema, config: { task: 'answer' }, bodyLimit: pictureBodyLimit(maxUploadBytes) }, async (request): Promise<AttributesResponse> => {
    const { image, attributes: names, threshold = DEFAULT_THRESHOLD } = request.body
    const tasks = tasksOf(request)
    const found = await readAttributes(tasks, { image: pictureOfBody(image, maxUploadBytes), names, threshold }, taskContextOf(request))
    return { id: request.id, created: Math.floor(Date.now() / 1000), model: tasks.model.manifest.name, ...attributesBody(found, threshold) }
  })
}
