import { Type, type Static } from 'typebox'
import { oneOf } from './common.js'

const closed = { additionalProperties: false } as const
const count = (description: string) => Type.Integer({ minimum: 0, description })
const orNone = (description: string) => Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], { description })

const GenerateSchema = Type.Object({
  defaults: Type.Object({ num_inference_steps: count('Unmasking steps.'), guidance_scale: Type.Number(), output_format: Type.String() }, closed),
  limits: Type.Object({ max_prompt_tokens: count('Tokens of a prompt.'), max_inference_steps: count('Unmasking steps.'), max_guidance_scale: Type.Number(), max_images_per_request: count('Pictures of one request.') }, closed),
  size: Type.String({ description: 'Width × height of the pictures that the model makes.', examples: ['128x128'] }),
  work_units: count('Work units of one picture with the defaults: one is one row through one unmasking step.')
}, { ...closed, description: 'Making pictures.' })

const UnderstandSchema = Type.Object({
  defaults: Type.Object({ max_tokens: count('Tokens of an answer.'), temperature: Type.Number() }, closed),
  limits: Type.Object({ max_question_tokens: count('Tokens of a question.'), max_tokens: count('Tokens of an answer.'), max_turns: count('Questions of one conversation.') }, closed),
  work_units: Type.Number({ description: 'Work units of one answer with the defaults, at most.' })
}, { ...closed, description: 'Writing about pictures.' })

export const CapabilitiesSchema = Type.Object({
  object: oneOf(['capabilities'], 'Always.'),
  version: Type.String({ description: 'Version of the server.' }),
  models: Type.Array(Type.Object({
    id: Type.String(),
    default: Type.Boolean({ description: 'Whether it is asked where a request names no model.' }),
    state: oneOf(['starting', 'ready', 'restarting', 'draining', 'stopped'], 'Where its engine stands.'),
    digest: Type.String({ description: 'Of the version that answers now, as receipts have it.' }),
    execution_provider: Type.Union([Type.String(), Type.Null()], { description: 'What runs it; null until it is loaded.' }),
    tasks: Type.Object({ generate: GenerateSchema, caption: UnderstandSchema, answer: UnderstandSchema }, closed)
  }, closed)),
  routes: Type.Array(Type.Object({
    method: Type.String(),
    path: Type.String(),
    task: oneOf(['generate', 'caption', 'answer'], 'What it asks of the model.'),
    fields: Type.Array(Type.String(), { description: 'Fields of its body. Any other is refused.' })
  }, closed), { description: 'Routes that ask the model for something.' }),
  limits: Type.Object({
    max_upload_bytes: count('Largest picture file.'),
    max_image_pixels: count('Most pixels of an uploaded picture.'),
    max_queue_requests: count('Requests that may wait.'),
    max_queue_work: count('Work units that may wait.'),
    request_timeout_ms: count('Deadline of a request.'),
    stream_buffer_bytes: count('Bytes of a stream that may wait for its reader.'),
    requests_per_minute: orNone('Of your key, or address; null for no limit.'),
    work_units_per_minute: orNone('Likewise.')
  }, closed),
  features: Type.Object({
    api_keys: Type.Boolean({ description: 'Whether a key is asked for.' }),
    priorities: Type.Array(Type.String(), { description: 'Values of x-priority.' }),
    deadlines: Type.Boolean({ description: 'Whether x-deadline-ms is taken.' }),
    idempotency_window_ms: orNone('How long answers are kept for their Idempotency-Key; null where it is refused.'),
    jobs: Type.Union([Type.Object({ tasks: Type.Array(Type.String()), max_jobs: count('Jobs that are kept.'), timeout_ms: count('Deadline of a job.'), result_ms: count('How long results are kept.') }, closed), Type.Null()], { description: 'Jobs; null where there are none.' })
  }, closed)
}, { ...closed, description: 'What this server can do for you, from the model\'s manifest and the server\'s settings.' })
export type Capabilities = Static<typeof CapabilitiesSchema>
