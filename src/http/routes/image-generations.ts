import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { planFaces } from '../../tasks/generate-face.js'
import { answerImages, type AnswerOptions, plannedRequest, streamImages } from '../image-answer.js'
import { imageOptions, noteEndUser } from '../image-options.js'
import { dropNullFields } from '../null-fields.js'
import { tasksOf } from '../request-state.js'
import { ImageGenerationBodySchema } from '../schemas/images.js'
import { imageResponses } from '../schemas/responses.js'

const schema = {
  operationId: 'createImage',
  tags: ['openai'],
  summary: 'Make pictures, OpenAI\'s way',
  description: 'Every field of OpenAI\'s is honoured or refused by name. The same seed and settings make the same picture as `/v1/faces/generate`.',
  body: ImageGenerationBodySchema,
  response: imageResponses('image_generation')
}

/** POST /v1/images/generations */
export const imageGenerationsRoute: FastifyPluginAsyncTypebox<AnswerOptions> = async (app, options) => {
  dropNullFields(app, ImageGenerationBodySchema)
  app.post('/v1/images/generations', { schema, config: { task: 'generate' } }, async (request, reply) => {
    const { body } = request
    const tasks = tasksOf(request)
    const asked = imageOptions(body, tasks.model.manifest)
    noteEndUser(request, body)
    const { wish, context, verification } = plannedRequest(request, asked)
    const answer = { drawing: planFaces(tasks, wish, asked.file, context), options: asked, verification, what: 'image_generation' as const }
    if (body.stream === true) return await streamImages(request, reply, answer, options)
    return await reply.send(await answerImages(request, answer))
  })
}
