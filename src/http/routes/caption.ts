import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { completed, understandFace, type Understanding } from '../../tasks/understand-face.js'
import { taskContextOf, tasksOf } from '../request-state.js'
import { type CaptionBody, CaptionFormSchema, CaptionJsonSchema, type CaptionResponse, CaptionResponseSchema } from '../schemas/understanding.js'
import { acceptPictures, pictureBody, pictureBodyLimit, streamWords, textResponses, understandingFields, understandRequest, type UnderstandRouteOptions } from './understand.js'

const schema = {
  operationId: 'captionFace',
  tags: ['faces'],
  summary: 'Describe the face in a picture',
  body: pictureBody(CaptionJsonSchema, CaptionFormSchema),
  response: textResponses(CaptionResponseSchema, 'caption')
}

/** POST /v1/faces/caption */
export const captionRoute: FastifyPluginAsyncTypebox<UnderstandRouteOptions> = async (app, options) => {
  const { maxUploadBytes, heartbeatMs } = options
  await acceptPictures(app, CaptionFormSchema, options)
  app.post<{ Body: CaptionBody }>('/v1/faces/caption', { schema, config: { task: 'caption' }, bodyLimit: pictureBodyLimit(maxUploadBytes) }, async (request, reply) => {
    const tasks = tasksOf(request)
    const events = await understandFace(tasks, understandRequest(request.body, maxUploadBytes), taskContextOf(request))
    const describe = (result: Understanding): CaptionResponse => ({ caption: result.text, ...understandingFields(request.id, tasks.model.manifest.name, result) })
    if (request.body.stream === true) return await streamWords(request, reply, events, { what: 'caption', describe, heartbeatMs })
    return describe(await completed(events))
  })
}
