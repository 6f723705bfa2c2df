/**
 * Every error that a caller or an operator can meet: its HTTP status, its OpenAI `type`, and a message that says what happened and what to do next.
 *
 * A message takes strings and numbers only, so that an error crosses from the engine process as `{ code, args }`.
 * Every code has a heading of the same name in docs/errors.md (a test compares them).
 */

/** OpenAI's `type`: what kind of trouble it is, for SDKs that branch on it. */
export type ErrorType =
  /** The request itself must change. */
  | 'invalid_request_error'
  /** The key is missing or unknown. */
  | 'authentication_error'
  /** The thing named does not exist. */
  | 'not_found_error'
  /** No place now; the same request may succeed later. */
  | 'rate_limit_error'
  /** The server cannot answer now; the same request may succeed later. */
  | 'service_unavailable_error'
  /** The server's own fault. */
  | 'server_error'

/** One row of the table. `param` names the request field at fault where that is always the same. */
export interface ErrorDefinition {
  status: number
  type: ErrorType
  message: (...args: never[]) => string
  param?: string
}

const REQUESTS = {
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

const HTTP = {
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
  route_not_found: {
    status: 404,
    type: 'not_found_error',
    message: (method: string, path: string) => `There is no ${method} ${path}. The routes are in /docs.`
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

const ENGINE = {
  engine_not_ready: {
    status: 503,
    type: 'service_unavailable_error',
    message: () => 'The model is still loading. Ask /readyz and try again when it answers 200.'
  },
  engine_draining: {
    status: 503,
    type: 'service_unavailable_error',
    message: () => 'The server is shutting down and takes no new work. Try again: another server will answer.'
  },
  engine_restarted: {
    status: 503,
    type: 'service_unavailable_error',
    message: () => 'The engine stopped while it was answering and is being restarted. Send the request again; the same seed gives the same result.'
  },
  engine_stopped: {
    status: 503,
    type: 'service_unavailable_error',
    message: (reason: string) => `The engine has stopped and does not come back: ${reason}. Restart the server.`
  },
  request_stops_engine: {
    status: 500,
    type: 'server_error',
    message: () => 'The engine stopped twice while it worked on this request, so it is not tried again. Please report it with its request id.'
  },
  engine_out_of_memory: {
    status: 503,
    type: 'service_unavailable_error',
    message: () => 'The engine could not get the memory for this step. Try again, or run the server with more memory or fewer rows a step.'
  },
  internal_error: {
    status: 500,
    type: 'server_error',
    message: (detail: string) => `Something went wrong inside the server: ${detail}. Please report it with the request id.`
  }
} as const satisfies Record<string, ErrorDefinition>

const MODEL_FOLDER = {
  model_folder_missing: {
    status: 500,
    type: 'server_error',
    message: (folder: string) => `There is no model at ${folder}: no manifest.json is there. Name a folder of models/ or the path of an exported model folder.`
  },
  manifest_invalid: {
    status: 500,
    type: 'server_error',
    message: (path: string, reason: string) => `${path} is not a manifest that this version reads: ${reason}. Export the model again with a training package of the same version.`
  },
  model_file_missing: {
    status: 500,
    type: 'server_error',
    message: (file: string) => `The manifest lists ${file}, but it is not in the folder. Copy the whole model folder again.`
  },
  model_file_changed: {
    status: 500,
    type: 'server_error',
    message: (file: string, what: string, expected: string | number, found: string | number) => `${file} is not the file of the manifest: its ${what} is ${found} and should be ${expected}. Copy the model folder again, and do not edit its files.`
  },
  model_weights_invalid: {
    status: 500,
    type: 'server_error',
    message: (file: string, reason: string) => `${file} cannot be used: ${reason}. Export the model again.`
  },
  model_graph_invalid: {
    status: 500,
    type: 'server_error',
    message: (graph: string, reason: string) => `The graph ${graph} cannot be loaded: ${reason}. Export the model again.`
  }
} as const satisfies Record<string, ErrorDefinition>

const RUNTIME = {
  runtime_library_unusable: {
    status: 500,
    type: 'server_error',
    message: (path: string, reason: string) => `ONNX Runtime cannot be loaded from ${path}: ${reason}. Run npm ci again on this machine.`
  },
  runtime_failed: {
    status: 500,
    type: 'server_error',
    message: (call: string, ortCode: number, detail: string) => `ONNX Runtime failed in ${call} (code ${ortCode}): ${detail}`
  },
  runtime_misused: {
    status: 500,
    type: 'server_error',
    message: (detail: string) => `The engine used ONNX Runtime wrongly: ${detail}. This is a bug; please report it.`
  },
  run_terminated: {
    status: 499,
    type: 'server_error',
    message: () => 'The pass was stopped because nobody waits for its result any more.'
  },
  cuda_unavailable: {
    status: 500,
    type: 'server_error',
    message: (reason: string) => `CUDA was asked for and cannot be used: ${reason}. Run \`npx unif2ace doctor\` for what is missing, or set UNIF2ACE_EXECUTION_PROVIDER=cpu.`
  }
} as const satisfies Record<string, ErrorDefinition>

/** The table. Rooms add their codes to the group they belong to. */
export const ERROR_TABLE = { ...REQUESTS, ...HTTP, ...ENGINE, ...MODEL_FOLDER, ...RUNTIME } as const

export type ErrorCode = keyof typeof ERROR_TABLE
