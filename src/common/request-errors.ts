import type { ErrorDefinition } from './error-definition.js'

/** What the model and the queue refuse. */
export const REQUESTS = {
  queue_full: {
    status: 429,
    type: 'rate_limit_error',
    message: (waiting: number) => `The queue is full: ${waiting} requests are waiting. Try again after the time in the Retry-After header.`
  },
  prompt_too_long: {
    status: 422,
    type: 'invalid_request_error',
    param: 'prompt',
    message: (tokens: number, limit: number) => `The prompt has ${tokens} tokens and the model takes at most ${limit}. Shorten it by at least ${tokens - limit} tokens.`
  },
  content_filter: {
    status: 400,
    type: 'invalid_request_error',
    param: 'prompt',
    message: (category: string, message: string, because: string) => `Refused by this server's policy on ${category} (it reads "${because}"). ${message}`
  },
  question_too_long: {
    status: 422,
    type: 'invalid_request_error',
    param: 'question',
    message: (tokens: number, limit: number) => `The question has ${tokens} tokens and the model takes at most ${limit}. Shorten it by at least ${tokens - limit} tokens.`
  },
  conversation_too_long: {
    status: 422,
    type: 'invalid_request_error',
    param: 'messages',
    message: (positions: number, capacity: number) => `Picture, conversation and answer need ${positions} positions and the model has ${capacity}. Drop earlier turns or ask for fewer tokens.`
  },
  pattern_not_spellable: {
    status: 422,
    type: 'invalid_request_error',
    message: () => 'The text that was asked for needs characters that this model has no tokens for. Change the choices, the regular expression or the schema.'
  },
  pattern_too_ambiguous: {
    status: 422,
    type: 'invalid_request_error',
    message: (ways: number) => `The pattern that was asked for can be read in more than ${ways} ways at once. Simplify the regular expression or the schema: nested repetitions and long optional parts are what multiplies.`
  },
  deadline_exceeded: {
    status: 504,
    type: 'server_error',
    message: (timeoutMs: number) => `The request was not finished within ${timeoutMs} ms. Ask for fewer steps or tokens, or try again when the server is less busy.`
  },
  request_aborted: {
    status: 499,
    type: 'invalid_request_error',
    message: () => 'The request was cancelled by its caller.'
  }
} as const satisfies Record<string, ErrorDefinition>

/** What HTTP refuses. */
export const HTTP = {
  invalid_json: {
    status: 400,
    type: 'invalid_request_error',
    message: (reason: string) => `The body is not JSON: ${reason}. Send an object with Content-Type: application/json.`
  },
  invalid_form: {
    status: 400,
    type: 'invalid_request_error',
    message: (reason: string) => `The form cannot be read: ${reason}. Send multipart/form-data with one file part named image.`
  },
  invalid_field: {
    status: 400,
    type: 'invalid_request_error',
    message: (field: string, problem: string) => `The field ${field} ${problem}. The fields and their bounds are in /docs.`
  },
  unknown_field: {
    status: 400,
    type: 'invalid_request_error',
    message: (field: string, known: string) => `The field ${field} does not exist here, and nothing is ignored silently. Remove it or correct it; the fields are ${known}.`
  },
  missing_field: {
    status: 400,
    type: 'invalid_request_error',
    message: (field: string) => `The field ${field} is missing. Add it; the fields are in /docs.`
  },
  invalid_request: {
    status: 400,
    type: 'invalid_request_error',
    message: (reason: string) => `The request cannot be read: ${reason}.`
  },
  image_url_invalid: {
    status: 400,
    type: 'invalid_request_error',
    param: 'image',
    message: () => 'The field image is not a base64 data URL. Send data:image/png;base64,… or a multipart form with the file.'
  },
  image_url_not_fetched: {
    status: 400,
    type: 'invalid_request_error',
    param: 'image',
    message: () => 'This server does not fetch pictures from other servers. Send the picture itself: a data URL, or a multipart form with the file.'
  },
  option_unsupported: {
    status: 400,
    type: 'invalid_request_error',
    message: (field: string, reason: string) => `This server does not do what ${field} asks for: ${reason}.`
  },
  options_conflict: {
    status: 400,
    type: 'invalid_request_error',
    message: (field: string, other: string, reason: string) => `The fields ${field} and ${other} do not go together: ${reason}. Change or remove one of them.`
  },
  size_unsupported: {
    status: 400,
    type: 'invalid_request_error',
    param: 'size',
    message: (size: string, side: number, multiple: number) => `The size ${size} is not made here: this model's pictures have ${side}x${side} pixels. Ask for auto, or for a whole multiple of both sides, which is scaled up, to ${side * multiple}x${side * multiple}.`
  },
  mask_unusable: {
    status: 400,
    type: 'invalid_request_error',
    param: 'mask',
    message: (reason: string) => `The mask cannot be used: ${reason}. Send a PNG file of the picture's own size whose fully transparent pixels are those to repaint.`
  },
  image_url_refused: {
    status: 400,
    type: 'invalid_request_error',
    param: 'image',
    message: (reason: string) => `The picture is not fetched: ${reason}. Send it as a data URL, or from a host that this server's operator allows.`
  },
  image_url_unreachable: {
    status: 422,
    type: 'invalid_request_error',
    param: 'image',
    message: (reason: string) => `The picture cannot be fetched: ${reason}. See that its address answers with the file itself, or send it as a data URL.`
  },
  message_unsupported: {
    status: 400,
    type: 'invalid_request_error',
    message: (field: string, value: string, reason: string) => `${value} at ${field} is not taken here: ${reason}.`
  },
  conversation_order: {
    status: 400,
    type: 'invalid_request_error',
    param: 'messages',
    message: () => 'The messages are not a conversation: user and assistant take turns, and the first and the last are of user. Put them in that order.'
  },
  picture_count: {
    status: 400,
    type: 'invalid_request_error',
    param: 'messages',
    message: (pictures: number, inFirst: number) => `A conversation is about one picture, in its first user message: ${pictures} were sent, ${inFirst} of them there. Send each picture in a conversation of its own.`
  },
  regex_unsupported: {
    status: 400,
    type: 'invalid_request_error',
    message: (problem: string) => `The regular expression ${problem}. Write it in the part of ECMAScript's syntax that docs/structured-output.md lists.`
  },
  schema_unsupported: {
    status: 400,
    type: 'invalid_request_error',
    message: (path: string, problem: string) => `The JSON schema at ${path} ${problem}. The keywords that are followed are in docs/structured-output.md.`
  },
  negative_prompt_unused: {
    status: 400,
    type: 'invalid_request_error',
    param: 'negative_prompt',
    message: () => 'A negative_prompt has no effect at guidance_scale 1, which turns guidance off. Raise guidance_scale or remove negative_prompt.'
  },
  choices_are_scored: {
    status: 400,
    type: 'invalid_request_error',
    message: (field: string) => `With choices nothing is written, so ${field} has no effect. Remove ${field} or choices.`
  },
  api_key_invalid: {
    status: 401,
    type: 'authentication_error',
    message: () => 'The API key is missing or not known here. Send it as Authorization: Bearer KEY.'
  },
  request_incomplete: {
    status: 408,
    type: 'invalid_request_error',
    message: (timeoutMs: number) => `The request did not arrive completely within ${timeoutMs} ms. Send it again, smaller or over a faster connection.`
  },
  headers_too_large: {
    status: 431,
    type: 'invalid_request_error',
    message: () => 'The headers of the request are larger than this server reads. Send fewer or shorter ones.'
  },
  route_not_found: {
    status: 404,
    type: 'not_found_error',
    message: (method: string, path: string) => `There is no ${method} ${path}. The routes are in /docs.`
  },
  method_not_allowed: {
    status: 405,
    type: 'invalid_request_error',
    message: (method: string, path: string, allowed: string) => `${path} does not take ${method}. It takes ${allowed}.`
  },
  model_not_found: {
    status: 404,
    type: 'not_found_error',
    param: 'model',
    message: (model: string, served: string) => `The model ${model} is not served here. This server serves ${served}.`
  },
  not_acceptable: {
    status: 406,
    type: 'invalid_request_error',
    message: (accept: string, offered: string) => `The Accept header ${accept} leaves nothing that can be sent. Ask for one of ${offered}.`
  },
  body_too_large: {
    status: 413,
    type: 'invalid_request_error',
    message: (limit: number) => `The body is larger than the ${limit} bytes that this route takes. Send less.`
  },
  image_too_large: {
    status: 413,
    type: 'invalid_request_error',
    param: 'image',
    message: (limit: number) => `The picture file is larger than ${limit} bytes. Send a smaller one: the model looks at a small square of it anyway.`
  },
  image_too_many_pixels: {
    status: 413,
    type: 'invalid_request_error',
    param: 'image',
    message: (pixels: number, limit: number) => `The picture has ${pixels} pixels and at most ${limit} are taken. Scale it down: the model looks at a small square of it anyway.`
  },
  media_type_unsupported: {
    status: 415,
    type: 'invalid_request_error',
    message: (mediaType: string, supported: string) => `The Content-Type ${mediaType} is not taken here. Send ${supported}.`
  },
  content_encoding_unsupported: {
    status: 415,
    type: 'invalid_request_error',
    message: (encoding: string) => `The Content-Encoding ${encoding} is not read here. Send the body as it is: pictures are compressed already.`
  },
  image_format_unsupported: {
    status: 415,
    type: 'invalid_request_error',
    param: 'image',
    message: (readable: string) => `The picture is in none of the formats that are read. Send ${readable}.`
  },
  image_unreadable: {
    status: 422,
    type: 'invalid_request_error',
    param: 'image',
    message: (reason: string) => `The picture cannot be decoded: ${reason}. The file may be cut short; send it again or save it anew.`
  },
  setting_out_of_range: {
    status: 422,
    type: 'invalid_request_error',
    message: (field: string, value: number, limit: number) => `${field} is ${value} and this model takes at most ${limit}. Lower it; the limits are in /v1/models.`
  }
} as const satisfies Record<string, ErrorDefinition>
