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
export const ERROR_TABLE = { ...REQUESTS, ...ENGINE, ...MODEL_FOLDER, ...RUNTIME } as const

export type ErrorCode = keyof typeof ERROR_TABLE
