import type { ErrorDefinition } from './error-definition.js'

/** How work can end by no fault of its own. */
export const ENGINE = {
  engine_not_ready: {
    status: 503,
    type: 'service_unavailable_error',
    message: () => 'The model is still loading. Ask /readyz and try again when it answers 200.'
  },
  model_unavailable: {
    status: 503,
    type: 'service_unavailable_error',
    message: (model: string) => `The engine of ${model} ended and cannot be started. The server tries again by itself; its other models answer meanwhile. /readyz says how each of them stands.`
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
    message: () => 'The engine could not get the memory for this step. Try again when fewer requests run, or give the server more memory.'
  },
  picture_not_signed: {
    status: 500,
    type: 'server_error',
    message: (reason: string) => `The picture was made and could not be signed: ${reason}. This server gives no picture without its signature; its operator has to look at it.`
  },
  internal_error: {
    status: 500,
    type: 'server_error',
    message: (detail: string) => `Something went wrong inside the server: ${detail}. Please report it with the request id.`
  }
} as const satisfies Record<string, ErrorDefinition>

/** Why a model folder is not loaded. */
export const MODEL_FOLDER = {
  model_folder_missing: {
    status: 500,
    type: 'server_error',
    message: (folder: string) => `There is no model at ${folder}: no manifest.json is there. Name a folder of models/ or the path of an exported model folder.`
  },
  model_folder_replaced: {
    status: 500,
    type: 'server_error',
    message: (folder: string) => `${folder} holds another model than when this server read it. Reload it, or restart the server; put a new model beside the old one and turn a link, instead of writing over files that are in use.`
  },
  model_renamed: {
    status: 500,
    type: 'server_error',
    message: (folder: string, found: string, served: string) => `${folder} holds a model named ${found}, and this server serves ${served}: clients ask for it by name. Export it under the name ${served} to reload it, or restart the server.`
  },
  models_share_name: {
    status: 500,
    type: 'server_error',
    message: (name: string) => `Two of the model folders hold a model named ${name}, and clients ask for models by name. Leave one of them out of UNIF2ACE_MODEL and UNIF2ACE_MORE_MODELS, or export it under another name.`
  },
  reload_in_progress: {
    status: 409,
    type: 'invalid_request_error',
    message: (stage: string) => `A reload is under way: ${stage}. Two models are in memory, and a third is not loaded beside them. Ask again when it has ended.`
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

/** What ONNX Runtime reports. */
export const RUNTIME = {
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

/** Why a process does not start. */
export const START = {
  setting_invalid: {
    status: 500,
    type: 'server_error',
    message: (setting: string, takes: string, text: string) => `${setting} takes ${takes}, and it is "${text}". Correct it; \`npx unif2ace serve --help\` explains all settings.`
  },
  setting_unknown: {
    status: 500,
    type: 'server_error',
    message: (unknown: string, known: string) => `There is no setting ${unknown}, and nothing is ignored silently. Correct or unset it; the settings are ${known}.`
  },
  api_keys_invalid: {
    status: 500,
    type: 'server_error',
    message: (path: string, reason: string) => `The file of API keys ${path} cannot be used: ${reason}. Give it the SHA-256 of each key in hexadecimal, one a line; \`npx unif2ace serve --help\` has an example.`
  },
  policy_invalid: {
    status: 500,
    type: 'server_error',
    message: (path: string, reason: string) => `The policy ${path} cannot be used: ${reason}. Correct it; docs/policy.md explains every field.`
  },
  c2pa_invalid: {
    status: 500,
    type: 'server_error',
    message: (reason: string) => `Pictures cannot be signed with UNIF2ACE_C2PA_CERTIFICATE and UNIF2ACE_C2PA_KEY: ${reason}. Correct or unset both; docs/provenance.md says what they have to be.`
  },
  c2pa_library_missing: {
    status: 500,
    type: 'server_error',
    message: (library: string, reason: string) => `Pictures are to be signed and ${library} cannot be loaded: ${reason}. Install it beside this package (docs/provenance.md), or unset UNIF2ACE_C2PA_CERTIFICATE and UNIF2ACE_C2PA_KEY.`
  },
  tokenizer_invalid: {
    status: 500,
    type: 'server_error',
    message: (path: string, reason: string) => `${path} is not a tokenizer that this version reads: ${reason}. Export the model again.`
  },
  address_unusable: {
    status: 500,
    type: 'server_error',
    message: (address: string, reason: string) => `The server cannot listen on ${address}: ${reason}. Choose another address with UNIF2ACE_HOST and UNIF2ACE_PORT, or end what uses it.`
  }
} as const satisfies Record<string, ErrorDefinition>
