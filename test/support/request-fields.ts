/** Two values of each field of each request: the first is taken, the second is answered otherwise. */

/** A field's two values, with what has to stand beside them; undefined leaves a field of the base out. With a code, the second is refused. */
export type Change = readonly [one: object, another: object, code?: string]

export interface RouteFields {
  /** A request that is answered. */
  base: object
  changes: Readonly<Record<string, Change>>
}

interface Texts {
  /** Pictures as data URLs. */
  image: string
  other: string
  /** A mask of the first. */
  mask: string
  /** What the model writes about the picture. */
  text: string
}

/** Codes of a picture of the debug model: four rows of four. */
export const CODES = Array.from({ length: 16 }, (_, position) => position)

/** What all routes have. */
const ANY: RouteFields['changes'] = {
  include_experts: [{ include_experts: false }, { include_experts: true }],
  model: [{ model: 'debug' }, { model: 'another' }, 'model_not_found'],
  seed: [{ seed: 7 }, { seed: 8 }]
}

const PICTURE_CHANGES: RouteFields['changes'] = {
  ...ANY,
  prompt: [{}, { prompt: 'an old man with a hat' }],
  negative_prompt: [{}, { negative_prompt: 'glasses' }],
  num_inference_steps: [{}, { num_inference_steps: 3 }],
  guidance_scale: [{}, { guidance_scale: 1 }],
  n: [{}, { n: 2 }],
  verify: [{}, { verify: true }],
  best_of: [{ best_of: 2 }, { best_of: 3 }],
  output_format: [{ output_format: 'png' }, { output_format: 'webp' }]
}

const OPENAI_PICTURE_CHANGES: RouteFields['changes'] = {
  ...PICTURE_CHANGES,
  background: [{ background: 'opaque' }, { background: 'transparent' }, 'option_unsupported'],
  moderation: [{ moderation: 'auto' }, { moderation: 'low' }, 'option_unsupported'],
  output_compression: [{ output_format: 'webp', output_compression: 5 }, { output_format: 'webp', output_compression: 95 }],
  partial_images: [{ stream: true, partial_images: 0 }, { stream: true, partial_images: 1 }],
  quality: [{ num_inference_steps: undefined, quality: 'low' }, { num_inference_steps: undefined, quality: 'medium' }],
  response_format: [{ response_format: 'b64_json' }, { response_format: 'url' }, 'option_unsupported'],
  size: [{ size: 'auto' }, { size: '64x64' }],
  stream: [{ stream: false }, { stream: true }],
  user: [{ user: 'ann' }, { user: 'bob' }],
  safety_identifier: [{ user: 'ann', safety_identifier: 'one' }, { user: 'ann', safety_identifier: 'two' }]
}

const SAMPLING_CHANGES: RouteFields['changes'] = {
  max_tokens: [{ max_tokens: 2 }, { max_tokens: 5 }],
  temperature: [{ temperature: 0 }, { temperature: 2 }],
  top_p: [{ temperature: 2, top_p: 1 }, { temperature: 2, top_p: 0.01 }],
  seed: [{ temperature: 2, seed: 7 }, { temperature: 2, seed: 8 }],
  stream: [{ stream: false }, { stream: true }]
}

/** @returns what there is to change on a route, by its path in the document */
export function requestFields (texts: Texts): (path: string) => RouteFields {
  const routes: Record<string, RouteFields> = { ...faces(texts), ...openAi(texts), ...inference(texts), ...rest(texts) }
  return (path) => routes[path.replace('/versions/{version}', '')] ?? { base: {}, changes: {} }
}

const PICTURE = { prompt: 'a woman', seed: 7, num_inference_steps: 2 }

function faces ({ image, other }: Texts): Record<string, RouteFields> {
  const reading: RouteFields['changes'] = { ...ANY, ...SAMPLING_CHANGES, image: [{}, { image: other }] }
  return {
    '/v1/faces/generate': { base: PICTURE, changes: PICTURE_CHANGES },
    '/v1/faces/caption': { base: { image, max_tokens: 5, seed: 7 }, changes: reading },
    '/v1/faces/vqa': {
      base: { image, question: 'which hat?', max_tokens: 5, seed: 7 },
      changes: { ...reading, question: [{}, { question: 'Who is this?' }], choices: [{ max_tokens: undefined, choices: ['yes', 'no'] }, { max_tokens: undefined, choices: ['red', 'blue'] }] }
    },
    '/v1/faces/attributes': {
      base: { image, attributes: ['age'] },
      changes: { ...ANY, image: [{}, { image: other }], attributes: [{}, { attributes: ['hat'] }], threshold: [{ threshold: 0 }, { threshold: 1 }] }
    }
  }
}

function openAi ({ image, other, mask, text }: Texts): Record<string, RouteFields> {
  const messages = (question: string): object => ({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: image } }, { type: 'text', text: question }] }] })
  const choices = (...choice: string[]): object => ({ structured_outputs: { choice } })
  const logprobs = { logprobs: true }
  return {
    '/v1/images/generations': { base: PICTURE, changes: OPENAI_PICTURE_CHANGES },
    '/v1/images/edits': {
      base: { ...PICTURE, image },
      changes: {
        ...OPENAI_PICTURE_CHANGES,
        image: [{}, { image: other }],
        mask: [{}, { mask }],
        input_fidelity: [{ input_fidelity: 'low' }, { input_fidelity: 'high' }],
        strength: [{ strength: 0.2 }, { strength: 1 }]
      }
    },
    '/v1/chat/completions': {
      base: { ...messages('Describe the face.'), max_tokens: 5, seed: 7 },
      changes: {
        ...ANY,
        ...SAMPLING_CHANGES,
        messages: [{}, messages('Who is this?')],
        n: [{}, { n: 2 }],
        max_completion_tokens: [{ max_tokens: undefined, max_completion_tokens: 2 }, { max_tokens: undefined, max_completion_tokens: 5 }],
        stop: [{}, { stop: [...text].slice(0, 1) }],
        frequency_penalty: [logprobs, { ...logprobs, frequency_penalty: 2 }],
        presence_penalty: [logprobs, { ...logprobs, presence_penalty: 2 }],
        logit_bias: [{}, { logit_bias: { 20: 100 } }],
        logprobs: [{}, logprobs],
        top_logprobs: [logprobs, { ...logprobs, top_logprobs: 2 }],
        stream_options: [{ stream: true }, { stream: true, stream_options: { include_usage: true } }],
        response_format: [{ response_format: { type: 'text' } }, { response_format: { type: 'json_object' } }],
        structured_outputs: [choices('yes'), choices('no')],
        prompt_cache_key: [{ prompt_cache_key: 'one' }, { prompt_cache_key: 'another' }],
        user: [{ user: 'ann' }, { user: 'bob' }],
        safety_identifier: [{ user: 'ann', safety_identifier: 'one' }, { user: 'ann', safety_identifier: 'two' }],
        store: [{ store: false }, { store: true }, 'option_unsupported'],
        service_tier: [{ service_tier: 'auto' }, { service_tier: 'flex' }, 'option_unsupported'],
        modalities: [{ modalities: ['text'] }, { modalities: ['text', 'audio'] }, 'option_unsupported'],
        tool_choice: [{ tool_choice: 'none' }, { tool_choice: 'auto' }, 'option_unsupported'],
        function_call: [{ function_call: 'none' }, { function_call: 'auto' }, 'option_unsupported'],
        reasoning_effort: [{ reasoning_effort: 'none' }, { reasoning_effort: 'low' }, 'option_unsupported']
      }
    }
  }
}

function inference ({ image, other }: Texts): Record<string, RouteFields> {
  const tensor = (name: string, datatype: string, ...data: (string | number)[]) => ({ name, datatype, shape: [data.length], data })
  const codes = (data: readonly number[]) => ({ name: 'code_ids', datatype: 'INT64', shape: [1, data.length], data })
  /** @param output that a model has besides others, or alone */
  const about = (inputs: object[], others: object[], output: string): RouteFields => ({
    base: { id: 'one', inputs },
    changes: {
      id: [{ id: 'one' }, { id: 'another' }],
      inputs: [{}, { inputs: others }],
      parameters: [{ parameters: { binary_data_output: false } }, { parameters: { binary_data_output: true } }],
      outputs: [{ outputs: [{ name: output }] }, { outputs: [{ name: output, parameters: { binary_data: true } }] }]
    }
  })
  const face = (words: string): object[] => [tensor('prompt', 'BYTES', words), tensor('seed', 'INT64', 7), tensor('num_inference_steps', 'INT64', 2)]
  const question = (words: string): object[] => [tensor('image', 'BYTES', image), tensor('question', 'BYTES', words), tensor('seed', 'INT64', 7), tensor('max_tokens', 'INT64', 3)]
  return {
    '/v2/models/generate/infer': about(face('a woman'), face('an old man'), 'seed'),
    '/v2/models/understand/infer': about(question('which hat?'), question('Who is this?'), 'text'),
    '/v2/models/encode_picture/infer': about([tensor('image', 'BYTES', image)], [tensor('image', 'BYTES', image, other)], 'code_ids'),
    '/v2/models/decode_picture/infer': about([codes(CODES)], [codes([...CODES].reverse())], 'images')
  }
}

function rest ({ image }: Texts): Record<string, RouteFields> {
  const request = { image, max_tokens: 2 }
  return {
    '/v1/provenance/verify': { base: { image }, changes: { image: [{}, { image: 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7' }] } },
    '/v1/jobs': { base: { task: 'caption', request }, changes: { task: [{}, { task: 'attributes', request: { image } }], request: [{}, { request: { ...request, max_tokens: 0 } }, 'invalid_field'] } }
  }
}
