import { Type, type Static } from 'typebox'
import { ATTRIBUTE_NAMES } from '../../tasks/attribute-list.js'
import { DEFAULT_THRESHOLD } from '../../tasks/read-attributes.js'
import { DisclosureSchema, EXAMPLE_IMAGE, FaceSchema, ModelNameSchema, oneOf, RefusalSchema } from './common.js'
import { includeExperts } from './experts.js'
import { ImageDataUrlSchema, ImagePartSchema } from './understanding.js'
import { TextUsageSchema } from './usage.js'

const strict = { additionalProperties: false } as const

const wish = {
  model: Type.Optional(ModelNameSchema),
  attributes: Type.Optional(Type.Array(oneOf(ATTRIBUTE_NAMES, 'Name of an attribute.'), { minItems: 1, uniqueItems: true, description: 'Which attributes, in the order of the answer. Left out: all.' })),
  threshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1, default: DEFAULT_THRESHOLD, description: 'A value that is less likely than this is not given: the attribute is answered as abstained.' })),
  include_experts: includeExperts()
}

export const AttributesJsonSchema = Type.Object({ image: ImageDataUrlSchema, ...wish }, {
  ...strict,
  examples: [{ image: EXAMPLE_IMAGE }, { image: EXAMPLE_IMAGE, attributes: ['hair_colour', 'glasses', 'emotion'], threshold: 0.8 }]
})
export const AttributesFormSchema = Type.Object({ image: ImagePartSchema, ...wish }, strict)
export type AttributesBody = Static<typeof AttributesFormSchema>

const PROBABILITY = { minimum: 0, maximum: 1 }

export const AttributeSchema = Type.Object({
  name: oneOf(ATTRIBUTE_NAMES, 'Name of the attribute.'),
  value: Type.Union([Type.String(), Type.Null()], { description: 'One of `values`, `yes` or `no` for what is there or not; null when the model abstains.' }),
  probability: Type.Union([Type.Number(PROBABILITY), Type.Null()], { description: 'Of the value, or of what is likeliest where it abstains, normalised over all answers; null when the policy refused. It is the model\'s own belief and no measured accuracy.' }),
  abstained: Type.Boolean({ description: 'Whether no value is given.' }),
  reason: Type.Optional(oneOf(['uncertain', 'not_visible', 'policy'], 'There when it abstained. `uncertain`: no value reaches the threshold. `not_visible`: most likely it cannot be seen, or is not there to be described. `policy`: the policy of this server refuses it.')),
  values: Type.Array(Type.Object({ value: Type.String(), probability: Type.Number(PROBABILITY) }, strict), { description: 'Every value that it can have, with its probability if there is something to see: what is missing to 1 is that a hat or closed eyes hide it. Empty when the policy refused.' }),
  refusal: Type.Optional(RefusalSchema)
}, strict)

export const AttributesResponseSchema = Type.Object({
  id: Type.String(),
  created: Type.Integer({ description: 'Seconds since 1970.' }),
  model: Type.String(),
  attributes: Type.Array(AttributeSchema, { description: 'In the order of the request.' }),
  threshold: Type.Number({ ...PROBABILITY, description: 'Below it a value was not given.' }),
  face: Type.Optional(FaceSchema),
  disclosures: Type.Optional(Type.Array(DisclosureSchema, { description: 'What has to be said beside this answer, for example that it concerns a feeling (EU AI Act, Art. 50(3)).' })),
  usage: TextUsageSchema
}, strict)
export type AttributesResponse = Static<typeof AttributesResponseSchema>
