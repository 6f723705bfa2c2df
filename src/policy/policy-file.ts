import { Type, type Static } from 'typebox'

/** Which texts of a request a check reads. */
export const PLACES = ['prompt', 'negative_prompt', 'question', 'choice', 'answer'] as const
export type Place = (typeof PLACES)[number]

const closed = { additionalProperties: false } as const
const phrases = (description: string) => Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 5000, description })

export const CheckSchema = Type.Object({
  in: Type.Array(Type.Unsafe<Place>({ type: 'string', enum: [...PLACES] }), { minItems: 1, description: 'Which texts it reads.' }),
  terms: Type.Optional(phrases('Words or phrases. `*` at the end of a word stands for any ending; `^` binds to the beginning of the text, `$` to its end.')),
  except: Type.Optional(phrases('Phrases inside which no term counts.')),
  ages_under: Type.Optional(Type.Integer({ minimum: 1, maximum: 120, description: 'Ages in words or figures below this count as a term.' })),
  personal_names: Type.Optional(Type.Boolean({ description: 'Two capitalised words in a row that are not ordinary count as a term.' })),
  ordinary_words: Type.Optional(phrases('Words that are capitalised without being names.'))
}, closed)
export type Check = Static<typeof CheckSchema>

export const RuleSchema = Type.Object({
  enabled: Type.Boolean(),
  action: Type.Union([Type.Literal('refuse'), Type.Literal('disclose')], { description: '`refuse`: nothing is made or answered. `disclose`: the answer says what it is.' }),
  message: Type.String({ minLength: 1, maxLength: 1000, description: 'What the caller reads.' }),
  checks: Type.Array(CheckSchema, { minItems: 1 })
}, closed)
export type Rule = Static<typeof RuleSchema>

/** A file may change single fields of a rule that it takes over. */
const PartialRuleSchema = Type.Partial(RuleSchema)

const CATEGORY = '^[a-z][a-z0-9_]{0,39}$'

export const PolicyFileSchema = Type.Object({
  version: Type.Literal(1),
  extends: Type.Optional(Type.Literal('default', { description: 'Take over the rules of the default policy; `rules` changes or adds to them.' })),
  shared: Type.Optional(Type.Unknown({ description: 'Lists that several checks refer to by YAML anchors. Not read by itself.' })),
  rules: Type.Record(Type.String({ pattern: CATEGORY }), PartialRuleSchema)
}, closed)
export type PolicyFile = Static<typeof PolicyFileSchema>
