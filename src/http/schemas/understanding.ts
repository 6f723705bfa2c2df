import { Type, type Static } from 'typebox'
import { DisclosureSchema, EXAMPLE_IMAGE, FaceSchema, ModelNameSchema, oneOf, RefusalSchema, SeedSchema } from './common.js'
import { includeExperts } from './experts.js'
import { TextUsageSchema } from './usage.js'

const MAX_QUESTION_CHARACTERS = 8192
const MAX_CHOICE_CHARACTERS = 512
const MAX_CHOICES = 32
const MAX_TOKENS = 65536

/** A picture as JSON carries it. */
export const ImageDataUrlSchema = Type.String({
  minLength: 1,
  description: 'The picture as a data URL, `data:image/png;base64,…`: PNG, JPEG, WebP or GIF. EXIF orientation is applied, transparency laid on white, of an animation the first frame taken, the middle square used.'
})

/** A picture as a multipart form carries it: OpenAPI 3.1 describes a binary part by its media type alone. */
export const ImagePartSchema = Type.Unsafe<Uint8Array | string>({
  contentMediaType: 'application/octet-stream',
  description: 'The picture as a file part (PNG, JPEG, WebP, GIF), or as a text part that holds a data URL.'
})

const sampling = {
  model: Type.Optional(ModelNameSchema),
  max_tokens: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TOKENS, description: 'Most tokens to write. Left out: the model\'s default.' })),
  temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2, default: 0, description: '0 takes the likeliest token each time.' })),
  top_p: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 1, description: 'Draw among the likeliest tokens that together have this probability.' })),
  seed: Type.Optional(SeedSchema),
  stream: Type.Optional(Type.Boolean({ default: false, description: 'Answer as server-sent events: `*.delta`, then `*.completed`, then `[DONE]`.' })),
  include_experts: includeExperts()
}

const question = {
  question: Type.String({ minLength: 1, maxLength: MAX_QUESTION_CHARACTERS, description: 'What to ask about the picture.' }),
  choices: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: MAX_CHOICE_CHARACTERS }), {
    minItems: 2,
    maxItems: MAX_CHOICES,
    uniqueItems: true,
    description: 'Possible answers. Each is scored, nothing is written; max_tokens, temperature and top_p have no place beside them.'
  }))
}

const strict = { additionalProperties: false } as const

export const CaptionJsonSchema = Type.Object({ image: ImageDataUrlSchema, ...sampling }, {
  ...strict,
  examples: [{ image: EXAMPLE_IMAGE }, { image: EXAMPLE_IMAGE, max_tokens: 40, temperature: 0.7, top_p: 0.9, seed: 7, stream: true }]
})
export const CaptionFormSchema = Type.Object({ image: ImagePartSchema, ...sampling }, strict)
export type CaptionBody = Static<typeof CaptionFormSchema>

export const AnswerJsonSchema = Type.Object({ image: ImageDataUrlSchema, ...question, ...sampling }, {
  ...strict,
  examples: [{ image: EXAMPLE_IMAGE, question: 'What colour is the hair?' }, { image: EXAMPLE_IMAGE, question: 'Does the person wear glasses?', choices: ['yes', 'no'] }]
})
export const AnswerFormSchema = Type.Object({ image: ImagePartSchema, ...question, ...sampling }, strict)
export type AnswerBody = Static<typeof AnswerFormSchema>

export const FinishReasonSchema = oneOf(['stop', 'length', 'content_filter'], '`stop`: the model ended its text. `length`: max_tokens was reached. `content_filter`: the policy of this server refused the question or the answer; the text is its message.')

const understanding = {
  id: Type.String(),
  created: Type.Integer({ description: 'Seconds since 1970.' }),
  model: Type.String(),
  finish_reason: FinishReasonSchema,
  seed: SeedSchema,
  face: Type.Optional(FaceSchema),
  refusal: Type.Optional(RefusalSchema),
  disclosures: Type.Optional(Type.Array(DisclosureSchema, { description: 'What has to be said beside this answer, for example that it concerns a feeling (EU AI Act, Art. 50(3)).' })),
  usage: TextUsageSchema
}

export const CaptionResponseSchema = Type.Object({
  caption: Type.String(),
  ...understanding
}, strict)
export type CaptionResponse = Static<typeof CaptionResponseSchema>

export const ChoiceSchema = Type.Object({
  text: Type.String(),
  probability: Type.Number({ minimum: 0, maximum: 1, description: 'Normalised over the choices.' }),
  logprob: Type.Number({ description: 'Log-probability of this text as the whole answer, before normalisation.' })
}, strict)

export const AnswerResponseSchema = Type.Object({
  answer: Type.String({ description: 'With `choices`: the likeliest of them.' }),
  choices: Type.Optional(Type.Array(ChoiceSchema, { description: 'In the order of the request.' })),
  ...understanding
}, strict)
export type AnswerResponse = Static<typeof AnswerResponseSchema>
