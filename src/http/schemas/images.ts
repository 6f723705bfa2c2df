import { Type, type Static } from 'typebox'
import { ReceiptSchema } from '../../artifacts/receipt.js'
import { EXAMPLE_IMAGE, ModelNameSchema, oneOf, SeedSchema } from './common.js'
import { includeExperts } from './experts.js'
import { AgreementSchema, GenerateBodySchema, MAX_INFERENCE_STEPS } from './generation.js'
import { ImageUsageSchema, TextUsageSchema } from './usage.js'

const MAX_SIZE_CHARACTERS = 32
const MAX_NAME_CHARACTERS = 256
const MAX_PARTIAL_IMAGES = 3
/** Files that OpenAI's clients may send; this model edits one. */
export const MAX_EDIT_IMAGES = 16

/** A field of OpenAI's that is refused whatever it holds, unless it is null. */
const refused = (why: string) => Type.Optional(Type.Unsafe<unknown>({ description: `Refused with \`option_unsupported\`: ${why}. Null is the same as left out.` }))

const { prompt, negative_prompt: negativePrompt, seed, guidance_scale: guidanceScale, n, verify, best_of: bestOf } = GenerateBodySchema.properties

export const ImageQualitySchema = oneOf(['low', 'medium', 'high', 'xhigh', 'max', 'auto', 'standard', 'hd'], 'Unmasking steps: `medium` (also `auto` and `standard`) is the model\'s default, `low` half of it, `high` (also `hd`) twice, `xhigh` four times, `max` the most that the model takes, which also bounds the others. The answer says the steps.')
const ImageFormatSchema = oneOf(['png', 'webp', 'jpeg'], 'File format of the pictures. Left out: png.')

/** Fields that both routes take. Null is the same as left out. */
const common = {
  prompt,
  background: Type.Optional(oneOf(['transparent', 'opaque', 'auto'], 'The pictures are opaque: `transparent` is refused.')),
  model: Type.Optional(ModelNameSchema),
  n,
  output_compression: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, description: 'Quality of WebP and JPEG, 100 the best. Left out: 92. Refused with png, which is lossless.' })),
  output_format: Type.Optional(ImageFormatSchema),
  partial_images: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_PARTIAL_IMAGES, description: 'Pictures of real unmasking steps to stream before each finished one, evenly spread over its steps; fewer where it takes fewer steps. Needs `stream`.' })),
  quality: Type.Optional(ImageQualitySchema),
  response_format: Type.Optional(oneOf(['url', 'b64_json'], 'Pictures come in the answer: `url` is refused, for nothing is stored.')),
  size: Type.Optional(Type.String({ maxLength: MAX_SIZE_CHARACTERS, description: '`auto` or the model\'s own size, or a whole multiple of both sides up to 4: then what the model made is scaled up, and `native_size` of the answer says from what.' })),
  stream: Type.Optional(Type.Boolean({ default: false, description: 'Answer as server-sent events.' })),
  user: Type.Optional(Type.String({ maxLength: MAX_NAME_CHARACTERS, description: 'Your name for your end user. A hash of it goes into the log line of the request, for the operator to find abuse.' })),
  safety_identifier: Type.Optional(Type.String({ maxLength: MAX_NAME_CHARACTERS, description: 'The same as `user`, and before it where both are given.' })),
  complexity: refused('this model plans nothing before it draws'),
  frame_count: refused('it makes no animations'),
  frame_duration_ms: refused('it makes no animations'),
  svg: refused('it draws pixels only'),
  seed,
  negative_prompt: negativePrompt,
  num_inference_steps: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_INFERENCE_STEPS, description: 'Unmasking steps; more are slower and finer. Left out: those of `quality`; beside a quality other than auto it is refused.' })),
  guidance_scale: guidanceScale,
  verify,
  best_of: bestOf,
  include_experts: includeExperts()
}

export const ImageGenerationBodySchema = Type.Object({
  ...common,
  moderation: Type.Optional(oneOf(['low', 'auto'], '`auto`: the operator\'s policy, as on every route. `low` is refused: the policy cannot be relaxed from outside.')),
  style: refused('it has no styles to choose from; describe yours in the prompt')
}, {
  additionalProperties: false,
  examples: [
    { prompt: 'a smiling woman with long blond hair, blue background', seed: 7 },
    { prompt: 'an old man with a grey beard', n: 2, quality: 'low', output_format: 'webp', output_compression: 80, seed: 7 },
    { prompt: 'a man with glasses', stream: true, partial_images: 2, seed: 7 }
  ]
})
export type ImageGenerationBody = Static<typeof ImageGenerationBodySchema>

const IMAGE = 'PNG, JPEG, WebP or GIF; upright, the middle square of it, is what is edited.'
const MASK = 'A PNG of the picture\'s size: fully transparent pixels are repainted, all others kept to the bit. Without a mask the picture\'s own fully transparent pixels are repainted, and where it has none the whole picture is made anew in its likeness.'

const edit = {
  ...common,
  input_fidelity: Type.Optional(oneOf(['high', 'low'], 'Likeness to a picture without a mask: `low` is a strength of 0.8, `high` of 0.5. Refused beside `strength` and where a region is repainted, around which everything is kept anyway.')),
  markup: refused('it does not read marks on pictures; send a mask'),
  strength: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'Share of the picture\'s tokens that is made anew; the rest is kept. Left out: 1 inside of a mask, 0.8 of a whole picture.' }))
}

export const ImageEditJsonSchema = Type.Object({
  image: Type.String({ minLength: 1, description: `The picture as a data URL, \`data:image/png;base64,…\`: ${IMAGE}` }),
  mask: Type.Optional(Type.String({ minLength: 1, description: `${MASK} As a data URL.` })),
  ...edit
}, {
  additionalProperties: false,
  examples: [{ image: EXAMPLE_IMAGE, prompt: 'a smiling woman', strength: 0.6, seed: 7 }]
})
export type ImageEditJson = Static<typeof ImageEditJsonSchema>

const FilePart = (description: string) => Type.Unsafe<Uint8Array | string>({ contentMediaType: 'application/octet-stream', description })

export const ImageEditFormSchema = Type.Object({
  image: Type.Array(FilePart('A picture file.'), { minItems: 1, maxItems: MAX_EDIT_IMAGES, description: `The picture as one file part, named \`image\` or \`image[]\`: ${IMAGE} Of several pictures none is edited: they are refused.` }),
  mask: Type.Optional(FilePart(MASK)),
  ...edit
}, { additionalProperties: false })
export type ImageEditForm = Static<typeof ImageEditFormSchema>

/** What both routes have in common. */
export type ImageBody = Omit<ImageGenerationBody, 'moderation' | 'style'>

const pictureFields = {
  background: oneOf(['opaque'], 'Always.'),
  output_format: ImageFormatSchema,
  size: Type.String({ description: 'Width × height of the files, for example `160x160`.' }),
  native_size: Type.String({ description: 'Width × height that the model made; smaller than `size` where that was scaled up.' }),
  id: Type.String(),
  model: Type.String(),
  seed: SeedSchema,
  num_inference_steps: Type.Integer(),
  guidance_scale: Type.Number(),
  edit: Type.Optional(Type.Object({
    region: oneOf(['mask', 'own-transparency', 'whole'], 'What said where to repaint.'),
    strength: Type.Number({ description: 'Share of the region\'s tokens made anew.' }),
    remade_tokens: Type.Integer({ description: 'Tokens of each picture made anew.' })
  }, { additionalProperties: false, description: 'What was repainted; only in edits.' }))
}

export const ImagesResponseSchema = Type.Object({
  created: Type.Integer({ description: 'Seconds since 1970.' }),
  data: Type.Array(Type.Object({
    b64_json: Type.String({ description: 'The picture file, base64.' }),
    index: Type.Integer({ minimum: 0, description: 'Picture i of a seed is the same whatever n is.' }),
    agreement: Type.Optional(AgreementSchema)
  }, { additionalProperties: false })),
  quality: Type.Optional(oneOf(['low', 'medium', 'high', 'xhigh', 'max'], 'Absent where num_inference_steps was given.')),
  ...pictureFields,
  receipt: ReceiptSchema,
  usage: ImageUsageSchema,
  verification_usage: Type.Optional(TextUsageSchema)
}, { additionalProperties: false, description: 'OpenAI\'s answer, with what it takes to make the same pictures again.' })
export type ImagesResponse = Static<typeof ImagesResponseSchema>

const eventFields = {
  b64_json: Type.String({ description: 'The picture file, base64.' }),
  created_at: Type.Integer({ description: 'Seconds since 1970.' }),
  index: Type.Integer({ minimum: 0, description: 'Which picture, where n is above 1.' }),
  quality: oneOf(['low', 'medium', 'high', 'xhigh', 'max', 'auto'], '`auto` where num_inference_steps was given.'),
  ...pictureFields
}

/** What an event with a partial image says. */
export const ImagePartialSchema = Type.Object({
  ...eventFields,
  partial_image_index: Type.Integer({ minimum: 0, description: 'Counts the partial images of this picture.' }),
  step: Type.Integer({ minimum: 1, description: 'Steps that were done.' }),
  decided: Type.Number({ minimum: 0, maximum: 1, description: 'Share of the tokens to make that is decided.' })
})

/** What the event of a finished picture says. */
export const ImageCompletedSchema = Type.Object({ ...eventFields, agreement: Type.Optional(AgreementSchema), receipt: ReceiptSchema, usage: ImageUsageSchema, verification_usage: Type.Optional(TextUsageSchema) })

/** The fields that the answer and its events have in common. */
export type PictureFields = Omit<ImagesResponse, 'created' | 'data' | 'quality' | 'receipt' | 'usage' | 'verification_usage'>
