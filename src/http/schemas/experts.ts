import { Type, type Static } from 'typebox'
import { SEQUENCE_EXPERT_KINDS } from '../../artifacts/sequence-experts.js'
import { oneOf } from './common.js'

const strict = { additionalProperties: false } as const
const count = (description: string) => Type.Integer({ minimum: 0, description })
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description })

/**
 * A field of every body that asks the model for something.
 *
 * @param note what it means for the answer of this route
 */
export const includeExperts = (note = '') => Type.Optional(Type.Boolean({
  default: false,
  description: `Tell in \`usage.experts\` which experts the forward passes of this request chose, layer by layer.${note}`
}))

const TokenLevelSchema = Type.Object({
  expert: count('Its number within the group, from 0.'),
  choices: count('Tokens that chose it, over all passes.'),
  share: share('Its part of the layer\'s choices; those of a layer add up to 1.')
}, strict)

const SequenceLevelSchema = Type.Object({
  expert: count('Its number within the group, from 0.'),
  kind: oneOf(SEQUENCE_EXPERT_KINDS, 'What it adds to the picture\'s features: `copy` nothing, `zero` takes them out, `noise` the noise level, `clip` the picture\'s embedding, `face` the face\'s.'),
  passes: count('Passes over a picture in which it was active.'),
  share: share('Its part of the passes over a picture; 0 where there was none.')
}, strict)

export const ExpertsSchema = Type.Object({
  group: oneOf(['generate', 'understand'], 'The group of experts that the passes chose among: that of making pictures, or of reading them.'),
  source: oneOf(['measured'], 'Counted from the routing decisions of these very passes, never estimated.'),
  picture_passes: count('Passes over a picture: only those choose sequence-level experts. Passes over text choose none, and neither does an answer about a picture that was found in the cache.'),
  layers: Type.Array(Type.Object({
    layer: count('From 0.'),
    token_level: Type.Array(TokenLevelSchema, { description: 'Every routed expert of the layer; each token chooses several.' }),
    sequence_level: Type.Array(SequenceLevelSchema, { description: 'Every sequence-level expert of the layer; each pass over a picture chooses several.' })
  }, strict))
}, {
  $id: 'Experts',
  ...strict,
  description: 'With `include_experts`: which experts the forward passes of this request chose, by layer. Absent where there was no pass.'
})
export type ExpertsBody = Static<typeof ExpertsSchema>
/** The same, as kinds of usage refer to it. */
export const ExpertsRefSchema = Type.Unsafe<ExpertsBody>({ $ref: 'Experts#' })
