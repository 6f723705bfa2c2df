import { Type, type Static } from 'typebox'
import { DisclosureSchema, FaceSchema, oneOf, RefusalSchema, SeedSchema, TextUsageSchema } from './common.js'

const strict = { additionalProperties: false } as const

const tokenFields = {
  token: Type.String({ description: 'Its text; U+FFFD where it is a part of a character.' }),
  bytes: Type.Union([Type.Array(Type.Integer({ minimum: 0, maximum: 255 })), Type.Null()], { description: 'Its bytes; null where it has none.' }),
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

export const ChatResponseSchema = Type.Object({
  id: Type.String({ description: '`chatcmpl-` and the request id.' }),
  object: oneOf(['chat.completion'], 'Always.'),
  created: Type.Integer({ description: 'Seconds since 1970.' }),
  model: Type.String(),
  system_fingerprint: Type.String({ description: 'Digest of the model: the same one answers the same seed with the same tokens.' }),
  service_tier: oneOf(['default'], 'There is one.'),
  choices: Type.Array(ChoiceSchema),
  usage: TextUsageSchema,
  seed: SeedSchema,
  face: Type.Optional(FaceSchema),
  disclosures: Type.Optional(Type.Array(DisclosureSchema))
}, strict)
export type ChatResponse = Static<typeof ChatResponseSchema>
