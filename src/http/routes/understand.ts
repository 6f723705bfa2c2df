import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TObject } from 'typebox'
import { codedError } from '../../common/errors.js'
import type { Understanding, UnderstandEvent, UnderstandRequest } from '../../tasks/understand-face.js'
import type { StreamEvent } from '../event-stream.js'
import { pictureOfBody } from '../picture-of-body.js'
import { dataUrlBytes, readForm, registerForms } from '../read-form.js'
import { taskContextOf } from '../request-state.js'
import { sendEvents } from '../send-events.js'
import { textEvents } from '../schemas/events.js'
import { errorResponses } from '../schemas/responses.js'
import type { CaptionBody } from '../schemas/understanding.js'
import { unlessAborted } from '../unless-aborted.js'
import { textUsageBody } from '../usage-body.js'

/** What the routes that read a picture need. */
export interface UnderstandRouteOptions {
  /** Largest picture file. */
  maxUploadBytes: number
  /** Silence after which a stream gets a comment. */
  heartbeatMs: number
}

/** Text that JSON carries besides the picture. */
const MAX_TEXT_BYTES = 256 * 1024

/**
 * Bounds of the body of a route that reads a picture.
 *
 * @param pictures how many of the largest size it may hold
 */
export function pictureBodyLimit (maxUploadBytes: number, pictures = 1): number {
  return pictures * dataUrlBytes(maxUploadBytes) + MAX_TEXT_BYTES
}

/** The two ways to send the same body. */
export function pictureBody (json: TObject, form: TObject) {
  return { content: { 'application/json': { schema: json }, 'multipart/form-data': { schema: form } } }
}

/** The answer as JSON, or as events when `stream` is set. */
export function textResponses (json: TObject, what: string) {
  return {
    200: {
      description: `JSON; with \`stream\`, events \`${what}.delta\` {type, delta}, then \`${what}.completed\` with the fields of the JSON answer, then \`[DONE]\`. A failure after the start is an \`error\` event with the error body.`,
      content: { 'application/json': { schema: json }, 'text/event-stream': textEvents(what, json) }
    },
    ...errorResponses
  }
}

/**
 * Prepares a scope for routes that take a picture as a form or as JSON.
 *
 * @param files most file parts of a form
 */
export async function acceptPictures (app: FastifyInstance, form: TObject, { maxUploadBytes }: UnderstandRouteOptions, files = 1): Promise<void> {
  await registerForms(app, maxUploadBytes, files)
  app.addHook('preValidation', async (request) => {
    if (request.isMultipart()) request.body = await unlessAborted(readForm(request, form, maxUploadBytes), taskContextOf(request).signal)
    else if (request.body === undefined || request.body === null) throw codedError('missing_field', ['image'], { param: 'image' })
  })
}

/** The fields that both routes have, as the task takes them. */
export function understandRequest (body: CaptionBody, maxUploadBytes: number): UnderstandRequest {
  return {
    image: pictureOfBody(body.image, maxUploadBytes),
    maxTokens: body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    seed: body.seed,
    delivery: body.stream === true ? 'streamed' : 'whole'
  }
}

/** The fields that both answers have. */
export function understandingFields (id: string, model: string, result: Understanding) {
  return {
    id,
    created: Math.floor(Date.now() / 1000),
    model,
    finish_reason: result.finishReason,
    seed: result.seed,
    ...(result.face === undefined ? {} : { face: result.face }),
    ...(result.refusal === undefined ? {} : { refusal: result.refusal }),
    ...(result.disclosures.length === 0 ? {} : { disclosures: result.disclosures }),
    usage: textUsageBody(result.usage)
  }
}

export interface StreamDescription {
  /** First word of the event names. */
  what: string
  /** The fields of the last event. */
  describe: (result: Understanding) => object
  heartbeatMs: number
}

/** Sends the words as they are written. */
export async function streamWords (request: FastifyRequest, reply: FastifyReply, events: AsyncIterable<UnderstandEvent>, { what, describe, heartbeatMs }: StreamDescription): Promise<FastifyReply> {
  async function * named (): AsyncGenerator<StreamEvent> {
    for await (const event of events) {
      const type = `${what}.${event.type}`
      yield { event: type, data: event.type === 'delta' ? { type, delta: event.text } : { type, ...describe(event.result) } }
    }
  }
  return await sendEvents(request, reply, named(), heartbeatMs)
}
