import { Type, type Static } from 'typebox'
import { DisclosureSchema, FaceSchema, oneOf, RefusalSchema, SeedSchema } from './common.js'
import { TextUsageSchema } from './usage.js'

const strict = { additionalProperties: false } as const

const tokenFields = {
  token: Type.String({ description: 'Its text; U+FFFD where it is a part of a character. Without the space that the model begins every answer with, as in the answer.' }),
  bytes: Type.Union([Type.Array(Type.Integer({ minimum: 0, maximum: 255 })), Type.Null()], { description: 'Its bytes: those of all tokens together are the answer. Null where it has none.' }),
  logprob: Type.Number()
}

const LogprobsSchema = Type.Object({
  content: Type.Array(Type.Object({ ...tokenFields, top_logprobs: Type.Array(Type.Object(tokenFields, strict)) }, strict), { description: 'The tokens of the answer. One that reaches into a stop string is told whole.' }),
  refusal: Type.Null()
}, strict)
export type Logprobs = Static<typeof LogprobsSchema>

const ChoiceSchema = Type.Object({
  index: Type.Integer({ minimum: 0 }),
  message: Type.Object({
    role: oneOf(['assistant'], 'Always.'),
    content: Type.Union([Type.String(), Type.Null()], { description: 'Null where the policy refused.' }),
    refusal: Type.Union([Type.String(), Type.Null()], { description: 'Why the policy of this server refused the question or the answer.' })
  }, strict),
  finish_reason: oneOf(['stop', 'length', 'content_filter'], '`stop`: the model ended its answer, a stop string came, or the answer is complete as it was asked for. `length`: max_tokens was reached. `content_filter`: the policy refused.'),
  logprobs: Type.Union([LogprobsSchema, Type.Null()]),
  content_filter: Type.Optional(RefusalSchema)
}, strict)

const common = {
  id: Type.String({ description: '`chatcmpl-` and the request id.' }),
  created: Type.Integer({ description: 'Seconds since 1970.' }),
  model: Type.String(),
  system_fingerprint: Type.String({ description: 'Digest of the model: the same one answers the same seed with the same tokens.' }),
  service_tier: oneOf(['default'], 'There is one.'),
  seed: SeedSchema,
  face: Type.Optional(FaceSchema),
  disclosures: Type.Optional(Type.Array(DisclosureSchema))
}

export const ChatResponseSchema = Type.Object({
  ...common,
  object: oneOf(['chat.completion'], 'Always.'),
  choices: Type.Array(ChoiceSchema),
  usage: TextUsageSchema
}, strict)
export type ChatResponse = Static<typeof ChatResponseSchema>

const { message, finish_reason: finishReason, ...ofEveryChoice } = ChoiceSchema.properties
const ChunkChoiceSchema = Type.Object({
  ...ofEveryChoice,
  delta: Type.Object({
    role: Type.Optional(oneOf(['assistant'], 'In the first chunk of an answer.')),
    content: Type.Optional(Type.String({ description: 'The next words.' })),
    refusal: Type.Optional(message.properties.refusal)
  }, strict),
  finish_reason: Type.Union([finishReason, Type.Null()], { description: 'Null until the answer has ended.' })
}, strict)

/** One event of a stream. */
export const ChatChunkSchema = Type.Object({
  ...common,
  object: oneOf(['chat.completion.chunk'], 'Always.'),
  choices: Type.Array(ChunkChoiceSchema, { description: 'One; none in the chunk with the usage.' }),
  usage: Type.Optional(Type.Union([TextUsageSchema, Type.Null()], { description: 'With `include_usage`: null until the last chunk.' }))
}, strict)
