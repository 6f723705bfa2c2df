import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { codedError } from '../../common/errors.js'
import { completed, understandFace, type Understanding, type UnderstandRequest } from '../../tasks/understand-face.js'
import { taskContextOf, tasksOf } from '../request-state.js'
import { type AnswerBody, AnswerFormSchema, AnswerJsonSchema, type AnswerResponse, AnswerResponseSchema } from '../schemas/understanding.js'
import { acceptPictures, pictureBody, pictureBodyLimit, streamWords, textResponses, understandingFields, understandRequest, type UnderstandRouteOptions } from './understand.js'

const schema = {
  operationId: 'answerAboutFace',
  tags: ['faces'],
  summary: 'Answer a question about a picture',
  description: 'With `choices` each of them is scored as the whole answer and nothing is written: `choices[]` come back with normalised probabilities, `answer` is the likeliest.',
  body: pictureBody(AnswerJsonSchema, AnswerFormSchema),
  response: textResponses(AnswerResponseSchema, 'answer')
}

/** Fields that steer the writing of an answer: none is written when choices are scored. */
const WRITING_FIELDS = ['max_tokens', 'temperature', 'top_p'] as const

/** POST /v1/faces/vqa */
export const answerRoute: FastifyPluginAsyncTypebox<UnderstandRouteOptions> = async (app, options) => {
  const { maxUploadBytes, heartbeatMs } = options
  await acceptPictures(app, AnswerFormSchema, options)
  app.post<{ Body: AnswerBody }>('/v1/faces/vqa', { schema, config: { task: 'answer' }, bodyLimit: pictureBodyLimit(maxUploadBytes) }, async (request, reply) => {
    const tasks = tasksOf(request)
    const events = await understandFace(tasks, answerRequest(request.body, maxUploadBytes), taskContextOf(request))
    const describe = (result: Understanding): AnswerResponse => ({ ...answerFields(result), ...understandingFields(request.id, tasks.model.manifest.name, result) })
    if (request.body.stream === true) return await streamWords(request, reply, events, { what: 'answer', describe, heartbeatMs })
    return describe(await completed(events))
  })
}

function answerRequest (body: AnswerBody, maxUploadBytes: number): UnderstandRequest {
  const unused = body.choices === undefined ? undefined : WRITING_FIELDS.find((field) => body[field] !== undefined)
  if (unused !== undefined) throw codedError('choices_are_scored', [unused], { param: unused })
  return { ...understandRequest(body, maxUploadBytes), question: body.question, choices: body.choices }
}

function answerFields ({ text, choices }: Understanding): Pick<AnswerResponse, 'answer' | 'choices'> {
  return choices === undefined ? { answer: text } : { answer: text, choices }
}
