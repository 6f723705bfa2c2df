import { Type, type Static } from 'typebox'
import { EXAMPLE_IMAGE, ModelNameSchema, oneOf, SeedSchema } from './common.js'
import { includeExperts } from './experts.js'

const MAX_NAME_CHARACTERS = 256
const MAX_TEXT_CHARACTERS = 16_384
const MAX_MESSAGES = 64
const MAX_PARTS = 16
const MAX_TOKENS = 65_536
const MAX_CHOICES = 32
const MAX_CHOICE_CHARACTERS = 512
const MAX_ANSWERS = 16
const MAX_STOP_STRINGS = 4
const MAX_STOP_CHARACTERS = 256
const MAX_TOP_LOGPROBS = 20

const strict = { additionalProperties: false } as const

/** A field of OpenAI's that is refused whatever it holds, unless it is null. */
const refused = (why: string) => Type.Optional(Type.Unsafe<unknown>({ description: `Refused with \`option_unsupported\`: ${why}. Null is the same as left out.` }))
const name = (description: string) => Type.Optional(Type.String({ maxLength: MAX_NAME_CHARACTERS, description }))

const PartSchema = Type.Object({
  type: oneOf(['text', 'image_url'], 'Other kinds of parts are refused by name.'),
  text: Type.Optional(Type.String({ maxLength: MAX_TEXT_CHARACTERS, description: 'Of a text part.' })),
  image_url: Type.Optional(Type.Object({
    url: Type.String({ minLength: 1, description: 'A data URL, or http(s) to a host that the server\'s operator allows.' }),
    detail: Type.Optional(oneOf(['auto', 'low', 'high', 'original'], 'The model always looks at one small square: `high` and `original` are refused.'))
  }, { ...strict, description: 'Of an image_url part.' }))
}, strict)
export type Part = Static<typeof PartSchema>

const MessageSchema = Type.Object({
  role: oneOf(['user', 'assistant'], 'user and assistant take turns, beginning and ending with user. `system` and `developer` are refused: the model was trained on questions and answers alone, and an instruction would only be part of a question.'),
  content: Type.Unsafe<string | Part[]>({
    anyOf: [Type.String({ maxLength: MAX_TEXT_CHARACTERS }), Type.Array(PartSchema, { minItems: 1, maxItems: MAX_PARTS })],
    description: 'Text, or parts: texts are joined by line breaks. The first user message has the picture of the conversation, the only one; without any text it asks for a description.'
  })
}, strict)
export type Message = Static<typeof MessageSchema>

const ResponseFormatSchema = Type.Object({
  type: oneOf(['text', 'json_object', 'json_schema'], '`json_object`: any JSON object.'),
  json_schema: Type.Optional(Type.Object({
    name: Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' }),
    description: Type.Optional(Type.String({ description: 'For people: the model does not read it.' })),
    schema: Type.Unsafe<unknown>({ description: 'A JSON schema; the keywords that are followed are in docs/structured-output.md, others are refused.' }),
    strict: Type.Optional(Type.Boolean({ description: 'The answer always keeps to the schema: `false` is the same.' }))
  }, strict))
}, { ...strict, description: 'What the answer may be. It is kept to token by token; only max_tokens cuts it short, with finish_reason `length`.' })
export type ResponseFormat = Static<typeof ResponseFormatSchema>

const StructuredOutputsSchema = Type.Object({
  choice: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: MAX_CHOICE_CHARACTERS }), { minItems: 1, maxItems: MAX_CHOICES, uniqueItems: true, description: 'The answer is one of these.' })),
  regex: Type.Optional(Type.String({ minLength: 1, description: 'The answer as a whole matches this expression of ECMAScript.' })),
  json: Type.Optional(Type.Unsafe<unknown>({ description: 'A JSON schema, as an object or as text.' }))
}, { ...strict, description: 'vLLM\'s way to say what the answer may be: one of the three, and no response_format beside it.' })
export type StructuredOutputs = Static<typeof StructuredOutputsSchema>

const sampling = {
  temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2, default: 0, description: '0 takes the likeliest token each time. Unlike OpenAI\'s, the default is 0: that is what this model answers best with.' })),
  top_p: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 1, description: 'Draw among the likeliest tokens that together have this probability.' })),
  seed: Type.Optional(SeedSchema),
  frequency_penalty: Type.Optional(Type.Number({ minimum: -2, maximum: 2, default: 0, description: 'Taken off a token\'s logit for each time that the answer has it already.' })),
  presence_penalty: Type.Optional(Type.Number({ minimum: -2, maximum: 2, default: 0, description: 'Taken off a token\'s logit where the answer has it already.' })),
  logit_bias: Type.Optional(Type.Record(Type.String({ pattern: '^[0-9]+$' }), Type.Number({ minimum: -100, maximum: 100 }), { description: 'Added to logits, by token id of this model\'s tokenizer.' }))
}

export const ChatBodySchema = Type.Object({
  messages: Type.Array(MessageSchema, { minItems: 1, maxItems: MAX_MESSAGES, description: 'The conversation: user and assistant in turns, about one picture.' }),
  model: Type.Optional(ModelNameSchema),
  n: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_ANSWERS, default: 1, description: 'Answers to write. Answer i is the same whatever n is.' })),
  max_tokens: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TOKENS, description: 'Most tokens to write. Left out: the model\'s default.' })),
  max_completion_tokens: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TOKENS, description: 'OpenAI\'s later name of max_tokens. Both with different values are refused.' })),
  stop: Type.Optional(Type.Unsafe<string | string[]>({
    anyOf: [Type.String({ minLength: 1, maxLength: MAX_STOP_CHARACTERS }), Type.Array(Type.String({ minLength: 1, maxLength: MAX_STOP_CHARACTERS }), { maxItems: MAX_STOP_STRINGS })],
    description: 'Up to four strings. The answer ends before the first of them, wherever tokens begin and end.'
  })),
  ...sampling,
  logprobs: Type.Optional(Type.Boolean({ default: false, description: 'Tell the log-probability of each token of the answer, at temperature 1, after bias and penalties and among the tokens that were allowed.' })),
  top_logprobs: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_TOP_LOGPROBS, description: 'Tell so many of the likeliest tokens too. Needs logprobs.' })),
  stream: Type.Optional(Type.Boolean({ default: false, description: 'Answer as server-sent events.' })),
  stream_options: Type.Optional(Type.Object({
    include_usage: Type.Optional(Type.Boolean({ default: false, description: 'One more chunk before [DONE], with the usage and no choices.' })),
    include_obfuscation: Type.Optional(Type.Boolean({ description: 'Chunks are never padded: `true` is refused.' }))
  }, { ...strict, description: 'Needs stream.' })),
  include_experts: includeExperts(' In a stream it needs `stream_options.include_usage`.'),
  response_format: Type.Optional(ResponseFormatSchema),
  structured_outputs: Type.Optional(StructuredOutputsSchema),
  prompt_cache_key: name('Splits the cache of pictures: a picture is only found there by requests with the same key.'),
  user: name('Your name for your end user. A hash of it goes into the log line of the request, for the operator to find abuse.'),
  safety_identifier: name('The same as `user`, and before it where both are given.'),
  store: Type.Optional(Type.Boolean({ description: 'Nothing is stored: `true` is refused.' })),
  service_tier: Type.Optional(oneOf(['auto', 'default', 'flex', 'scale', 'priority'], 'There is one: `auto` and `default` name it, the others are refused.')),
  modalities: Type.Optional(Type.Array(oneOf(['text', 'audio'], '`audio` is refused.'), { minItems: 1, uniqueItems: true, description: '`text`, which is what answers are.' })),
  tool_choice: Type.Optional(Type.Unsafe<unknown>({ description: '`none`; anything else is refused.' })),
  tools: refused('the model calls no tools'),
  parallel_tool_calls: refused('the model calls no tools'),
  functions: refused('the model calls no functions'),
  function_call: Type.Optional(Type.Unsafe<unknown>({ description: '`none`; anything else is refused.' })),
  audio: refused('the model has no voice'),
  prediction: refused('nothing is written faster by a guess'),
  reasoning_effort: Type.Optional(Type.Unsafe<unknown>({ description: '`none`; anything else is refused: the model does not reason before it answers.' })),
  verbosity: refused('the model has one way to answer; say in the question how long it should be'),
  metadata: refused('nothing is stored that it could be attached to'),
  web_search_options: refused('the model searches nothing'),
  prompt_cache_options: refused('pictures are cached by themselves; `prompt_cache_key` splits that cache'),
  prompt_cache_retention: refused('pictures stay in the cache as long as there is room'),
  moderation: refused('the policy of this server\'s operator stands')
}, {
  ...strict,
  examples: [
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'What colour is the hair?' }, { type: 'image_url', image_url: { url: EXAMPLE_IMAGE } }] }] },
    {
      messages: [
        { role: 'user', content: [{ type: 'image_url', image_url: { url: EXAMPLE_IMAGE } }, { type: 'text', text: 'Is there a hat?' }] },
        { role: 'assistant', content: 'No.' },
        { role: 'user', content: 'And glasses?' }
      ],
      structured_outputs: { choice: ['yes', 'no'] },
      logprobs: true,
      top_logprobs: 2
    }
  ]
})
export type ChatBody = Static<typeof ChatBodySchema>
