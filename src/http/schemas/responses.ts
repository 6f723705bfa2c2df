import { ErrorRefSchema } from './common.js'
import { imageEvents } from './events.js'
import { ImageCompletedSchema, ImagePartialSchema, ImagesResponseSchema } from './images.js'

const failure = (description: string) => ({ description, content: { 'application/json': { schema: ErrorRefSchema } } })

const unavailable = { 'retry-after': { type: 'integer', description: 'Seconds after which to try again.' }, 'retry-after-ms': { type: 'integer', description: 'The same in milliseconds.' } }

/** Errors that every route under /v1/faces can answer. */
export const errorResponses = {
  400: failure('Malformed, or a field that is unknown or unsupported. Nothing is ignored silently.'),
  401: failure('The API key is missing or unknown.'),
  404: failure('The model that is named is not served.'),
  406: failure('Accept leaves nothing that can be sent.'),
  413: failure('The body, the picture file or the picture is too large.'),
  415: failure('A media type or picture format that is not read.'),
  422: failure('Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model\'s limit.'),
  429: { ...failure('The queue is full.'), headers: unavailable },
  500: failure('The server\'s own fault.'),
  503: { ...failure('Not ready, restarting or shutting down.'), headers: unavailable },
  504: failure('Past the deadline.')
}

/** Pictures as JSON, or as events when `stream` is set. */
export function imageResponses (what: string) {
  return {
    200: {
      description: `JSON; with \`stream\`, events \`${what}.partial_image\` {b64_json, partial_image_index, step, decided, …} as often as partial_images says and \`${what}.completed\` {b64_json, usage, …} for each picture, then \`[DONE]\`. \`decided\` is the share of the tokens to make that is decided at that step, \`index\` the picture where n is above 1. A failure after the start is an \`error\` event with the error body.`,
      content: { 'application/json': { schema: ImagesResponseSchema }, 'text/event-stream': imageEvents(what, ImagePartialSchema, ImageCompletedSchema) }
    },
    ...errorResponses
  }
}

/** Errors of the routes that only read. */
export const readErrorResponses = { 401: errorResponses[401], 404: failure('No such thing here.') }
