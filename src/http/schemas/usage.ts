import { Type } from 'typebox'
import { oneOf } from './common.js'
import { ExpertsRefSchema } from './experts.js'

const ActivatedParametersSchema = Type.Object({
  min: Type.Number({ description: 'Smallest forward pass, parameters per token.' }),
  max: Type.Number({ description: 'Largest forward pass, parameters per token.' }),
  mean: Type.Number({ description: 'Mean over the forward passes, parameters per token.' }),
  total: Type.Number({ description: 'Parameters of the whole model.' }),
  source: oneOf(['measured'], 'Counted from the routing decisions of these very passes, never estimated.')
}, { additionalProperties: false, description: 'Parameters that one token activated, over the forward passes of this request.' })

const TouchedParametersSchema = Type.Object({
  min: Type.Number({ description: 'Smallest forward pass.' }),
  max: Type.Number({ description: 'Largest forward pass.' }),
  mean: Type.Number({ description: 'Mean over the forward passes.' })
}, { additionalProperties: false, description: 'Distinct parameters that a whole forward pass used.' })

/** What both kinds of usage have besides OpenAI's fields. */
const measuredUsage = {
  forward_passes: Type.Integer({ minimum: 0, description: 'Forward passes of the backbone that this request took part in.' }),
  activated_parameters: ActivatedParametersSchema,
  touched_parameters: TouchedParametersSchema,
  experts: Type.Optional(ExpertsRefSchema)
}

export const TextUsageSchema = Type.Object({
  prompt_tokens: Type.Integer({ minimum: 0, description: 'Tokens read: picture and text.' }),
  completion_tokens: Type.Integer({ minimum: 0, description: 'Tokens written.' }),
  total_tokens: Type.Integer({ minimum: 0 }),
  prompt_tokens_details: Type.Object({
    cached_tokens: Type.Integer({ minimum: 0, description: 'Tokens read whose keys and values were cached already.' }),
    image_tokens: Type.Integer({ minimum: 0 }),
    text_tokens: Type.Integer({ minimum: 0 })
  }, { additionalProperties: false }),
  ...measuredUsage
}, { additionalProperties: false })

export const ImageUsageSchema = Type.Object({
  input_tokens: Type.Integer({ minimum: 0, description: 'Tokens read: text, and the picture that was edited.' }),
  input_tokens_details: Type.Object({
    text_tokens: Type.Integer({ minimum: 0 }),
    image_tokens: Type.Integer({ minimum: 0, description: 'Tokens of the picture that was edited.' }),
    cached_tokens: Type.Integer({ minimum: 0, description: 'Tokens read whose keys and values were cached already.' })
  }, { additionalProperties: false }),
  output_tokens: Type.Integer({ minimum: 0, description: 'Picture tokens made.' }),
  output_tokens_details: Type.Object({
    image_tokens: Type.Integer({ minimum: 0 }),
    text_tokens: Type.Integer({ minimum: 0 })
  }, { additionalProperties: false }),
  total_tokens: Type.Integer({ minimum: 0 }),
  ...measuredUsage
}, { additionalProperties: false })
