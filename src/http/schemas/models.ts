import { Type, type Static } from 'typebox'
import { oneOf } from './common.js'

export const ModelSchema = Type.Object({
  id: Type.String(),
  object: oneOf(['model'], 'Always.'),
  created: Type.Integer({ description: 'Seconds since 1970.' }),
  owned_by: Type.String(),
  digest: Type.String({ description: 'Names everything of the model that decides about its tokens, as receipts do.' }),
  description: Type.String(),
  license: Type.String(),
  precision: Type.String(),
  execution_provider: Type.Union([Type.String(), Type.Null()], { description: 'What really runs the model; null until it is loaded.' }),
  parameters: Type.Unknown({ description: 'Parameter counts by component, from the manifest.' }),
  sizes: Type.Unknown({ description: 'Sizes of the model, from the manifest.' }),
  limits: Type.Unknown({ description: 'What the model allows, from the manifest.' }),
  defaults: Type.Unknown({ description: 'Values taken for fields that are left out.' }),
  guidance: Type.Unknown({ description: 'Convention of guidance_scale.' }),
  provenance: Type.Unknown({ description: 'What made the model: run, commit, data, measured quality.' })
}, { additionalProperties: false, description: 'A model.' })
export type Model = Static<typeof ModelSchema>

export const ModelListSchema = Type.Object({
  object: oneOf(['list'], 'Always.'),
  data: Type.Array(ModelSchema)
}, { additionalProperties: false, description: 'The models.' })
export type ModelList = Static<typeof ModelListSchema>
