import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { chat } from '../../tasks/chat.js'
import { chatChunks, describeChat, wholeChat } from '../chat-answer.js'
import { chatOptions, pictureFile, refuseUnsupported, saidOfPicture } from '../chat-body.js'
import { withoutForeignParts } from '../chat-messages.js'
import { createFetchPicture } from '../fetch-picture.js'
import { noteEndUser } from '../image-options.js'
import { dropNullFields } from '../null-fields.js'
import { taskContextOf, tasksOf } from '../request-state.js'
import { ChatBodySchema } from '../schemas/chat.js'
import { ChatChunkSchema, ChatResponseSchema } from '../schemas/chat-response.js'
import { eventStreamContent } from '../schemas/events.js'
import { errorResponses } from '../schemas/responses.js'
import { sendEvents } from '../send-events.js'
import { pictureBodyLimit, type UnderstandRouteOptions } from './understand.js'

export interface ChatRouteOptions extends UnderstandRouteOptions {
  /** Hosts that picture URLs may name. */
  allowedHosts: readonly string[]
}

const schema = {
  operationId: 'createChatCompletion',
  tags: ['openai'],
  summary: 'Talk about a picture, OpenAI\'s way',
  description: 'Several turns over one picture, which is read once and then found in a cache (`usage.prompt_tokens_details.cached_tokens`). Every field of OpenAI\'s is honoured or refused by name.',
  body: ChatBodySchema,
  response: {
    200: {
      description: 'JSON; with `stream`, chunks of the type `chat.completion.chunk`, then `[DONE]`. A failure after the start is an `error` event with the error body.',
      content: { 'application/json': { schema: ChatResponseSchema }, 'text/event-stream': eventStreamContent([{ data: ChatChunkSchema }]) }
    },
    ...errorResponses
  }
}

/** POST /v1/chat/completions */
export const chatCompletionsRoute: FastifyPluginAsyncTypebox<ChatRouteOptions> = async (app, { maxUploadBytes, heartbeatMs, allowedHosts }) => {
  const fetchPicture = createFetchPicture({ allowedHosts, maxBytes: maxUploadBytes })
  dropNullFields(app, ChatBodySchema)
  app.addHook('preValidation', async (request) => {
    if (typeof request.body !== 'object' || request.body === null || Array.isArray(request.body)) return
    const body: Record<string, unknown> = { ...request.body }
    refuseUnsupported(body)
    request.body = 'messages' in body ? { ...body, messages: withoutForeignParts(body['messages']) } : body
  })
  app.post('/v1/chat/completions', { schema, config: { task: 'answer' }, bodyLimit: pictureBodyLimit(maxUploadBytes) }, async (request, reply) => {
    const { body } = request
    const tasks = tasksOf(request)
    const { picture, ...asked } = chatOptions(body, tasks.model.manifest)
    const context = taskContextOf(request)
    noteEndUser(request, body)
    const caller = body.prompt_cache_key === undefined ? context.caller : JSON.stringify([context.caller, body.prompt_cache_key])
    const answer = await saidOfPicture(picture.field, async () => {
      const image = await pictureFile(picture.url, { fetchPicture, maxUploadBytes, signal: context.signal })
      return await chat(tasks, { ...asked, image }, { ...context, caller })
    })
    const description = describeChat(request, body, tasks.model, answer)
    if (body.stream === true) return await sendEvents(request, reply, chatChunks(answer, description), heartbeatMs)
    return await wholeChat(answer, description)
  })
}
