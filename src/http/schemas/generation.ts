import { Type, type Static } from 'typebox'
import { ReceiptSchema } from '../../artifacts/receipt.js'
import { ModelNameSchema, oneOf, SeedSchema } from './common.js'
import { includeExperts } from './experts.js'
import { ImageUsageSchema, TextUsageSchema } from './usage.js'

/** Bounds of the interface; a model may allow less and then answers 422 with its own bound. */
export const MAX_INFERENCE_STEPS = 1024
const MAX_GUIDANCE_SCALE = 100
const MAX_IMAGES = 64
const MAX_PROMPT_CHARACTERS = 8192

export const OutputFormatSchema = oneOf(['png', 'webp', 'jpeg'], 'File format of the pictures. Left out: what `Accept` asks for, else png.')

export const GenerateBodySchema = Type.Object({
  prompt: Type.String({ minLength: 1, maxLength: MAX_PROMPT_CHARACTERS, description: 'What the face should look like. A prompt over the model\'s token limit is refused with both counts, never cut.' }),
  negative_prompt: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_PROMPT_CHARACTERS, description: 'What to steer away from: it takes the place of the unconditional prompt. Needs a guidance_scale other than 1.' })),
  model: Type.Optional(ModelNameSchema),
  seed: Type.Optional(SeedSchema),
  num_inference_steps: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_INFERENCE_STEPS, description: 'Unmasking steps; more are slower and finer. Left out: the model\'s default.' })),
  guidance_scale: Type.Optional(Type.Number({ minimum: 1, maximum: MAX_GUIDANCE_SCALE, description: 's in uncond + s · (cond − uncond): 1 is off. Left out: the model\'s default.' })),
  n: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_IMAGES, default: 1, description: 'Pictures to make. Picture i is the same whatever n is.' })),
  verify: Type.Optional(Type.Boolean({ default: false, description: 'The model reads each picture back, and says how far it agrees with the prompt.' })),
  best_of: Type.Optional(Type.Integer({ minimum: 2, maximum: MAX_IMAGES, description: 'Make so many pictures and give the one that agrees most with the prompt. Takes the place of n.' })),
  output_format: Type.Optional(OutputFormatSchema),
  include_experts: includeExperts(' The answer is JSON then.')
}, {
  additionalProperties: false,
  examples: [
    { prompt: 'a smiling woman with long blond hair, blue background', seed: 7 },
    { prompt: 'a woman with red hair', best_of: 3, num_inference_steps: 8 },
    { prompt: 'an old man with a grey beard', negative_prompt: 'glasses', seed: 7, num_inference_steps: 12, guidance_scale: 3.5, n: 2, output_format: 'webp' }
  ]
})
export type GenerateBody = Static<typeof GenerateBodySchema>

export const AgreementSchema = Type.Number({ description: 'With `verify` or `best_of`: nats a token by which the prompt is likelier as a caption of this picture than of a grey square, to the model that made it. Compare pictures of one prompt by it; it is no probability.' })

export const GenerateResponseSchema = Type.Object({
  id: Type.String(),
  created: Type.Integer({ description: 'Seconds since 1970.' }),
  model: Type.String(),
  data: Type.Array(Type.Object({
    b64_json: Type.String({ description: 'The picture file, base64.' }),
    index: Type.Integer({ minimum: 0, description: 'Its number among the pictures that were made.' }),
    agreement: Type.Optional(AgreementSchema)
  }, { additionalProperties: false })),
  output_format: OutputFormatSchema,
  size: Type.String({ description: 'Width × height, for example `160x160`.' }),
  seed: SeedSchema,
  num_inference_steps: Type.Integer(),
  guidance_scale: Type.Number(),
  receipt: ReceiptSchema,
  usage: ImageUsageSchema,
  verification_usage: Type.Optional(TextUsageSchema)
}, { additionalProperties: false })
export type GenerateResponse = Static<typeof GenerateResponseSchema>
