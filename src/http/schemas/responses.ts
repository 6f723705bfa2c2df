import { ErrorRefSchema } from './common.js'

const failure = (description: string) => ({ description, content: { 'application/json': { schema: ErrorRefSchema } } })

const unavailable = { 'retry-after': { type: 'integer', description: 'Seconds after which to try again.' }, 'retry-after-ms': { type: 'integer', description: 'The same in milliseconds.' } }

/** Errors that every route under /v1/faces can answer. */
export const errorResponses = {
  400: failure('Malformed, or a field that is unknown or unsupported. Nothing is ignored silently.'),
  401: failure('The API key is missing or unknown.'),
  406: failure('Accept leaves nothing that can be sent.'),
  413: failure('The body, the picture file or the picture is too large.'),
  415: failure('A media type or picture format that is not read.'),
  422: failure('Understood, but this model cannot do it: a prompt that is too long, a damaged picture, a setting over the model\'s limit.'),
  429: { ...failure('The queue is full.'), headers: unavailable },
  500: failure('The server\'s own fault.'),
  503: { ...failure('Not ready, restarting or shutting down.'), headers: unavailable },
  504: failure('Past the deadline.')
}

/** Errors of the routes that only read. */
export const readErrorResponses = { 401: errorResponses[401], 404: failure('No such thing here.') }
