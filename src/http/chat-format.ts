import { choice, literally } from '../common/byte-pattern.js'
import { codedError } from '../common/errors.js'
import type { ChatRequest } from '../tasks/chat.js'
import { oneCharacter } from '../text/code-points.js'
import { regexPattern } from '../text/regex-pattern.js'
import { ANY_OBJECT, schemaGrammar } from '../text/schema-pattern.js'
import type { ChatBody, ResponseFormat, StructuredOutputs } from './schemas/chat.js'

type Format = ChatRequest['grammar']

const SCHEMA_FIELD = 'response_format.json_schema.schema'
/** Largest schema as JSON: each state of the text is looked at when it is reached, and that has to stay cheap. */
const MAX_SCHEMA_CHARACTERS = 32 * 1024

/**
 * What the answer may be, by OpenAI's field or vLLM's.
 *
 * @throws options_conflict, missing_field, schema_unsupported, regex_unsupported
 */
export function formatOf ({ response_format: format, structured_outputs: outputs }: Pick<ChatBody, 'response_format' | 'structured_outputs'>): Format {
  const fromFormat = format === undefined ? undefined : responseFormat(format)
  if (outputs === undefined) return fromFormat
  if (fromFormat !== undefined) throw codedError('options_conflict', ['structured_outputs', 'response_format', 'both say what the answer may be'], { param: 'structured_outputs' })
  return structuredOutputs(outputs)
}

function responseFormat ({ type, json_schema: wish }: ResponseFormat): Format {
  if (type !== 'json_schema' && wish !== undefined) throw codedError('options_conflict', ['response_format.json_schema', 'response_format.type', 'a schema needs the type json_schema'], { param: 'response_format' })
  if (type === 'text') return undefined
  if (type === 'json_object') return { key: 'json object', grammar: ANY_OBJECT, choices: [] }
  if (wish?.schema === undefined) throw codedError('missing_field', [wish === undefined ? 'response_format.json_schema' : SCHEMA_FIELD], { param: 'response_format' })
  return fromSchema(wish.schema, SCHEMA_FIELD)
}

function structuredOutputs (outputs: StructuredOutputs): Format {
  const [kind, other] = Object.keys(outputs)
  if (kind === undefined) throw codedError('missing_field', ['structured_outputs.choice, .regex or .json'], { param: 'structured_outputs' })
  if (other !== undefined) throw codedError('options_conflict', [`structured_outputs.${kind}`, `structured_outputs.${other}`, 'one of them says what the answer may be'], { param: 'structured_outputs' })
  const { choice: choices, regex, json } = outputs
  if (choices !== undefined) return { key: `choice ${JSON.stringify(choices)}`, grammar: { root: choice(...choices.map(literally)), rules: {} }, choices }
  if (regex !== undefined) return { key: `regex ${regex}`, grammar: { root: regexPattern(regex, { field: 'structured_outputs.regex', character: oneCharacter, matches: 'whole' }), rules: {} }, choices: [] }
  return fromSchema(typeof json === 'string' ? parse(json) : json, 'structured_outputs.json')
}

function fromSchema (schema: unknown, field: string): Format {
  const text = JSON.stringify(schema)
  if (text.length > MAX_SCHEMA_CHARACTERS) throw codedError('schema_unsupported', ['#', `has ${text.length} characters and at most ${MAX_SCHEMA_CHARACTERS} are taken`], { param: field })
  return { key: `schema ${text}`, grammar: schemaGrammar(schema, field), choices: [] }
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw codedError('schema_unsupported', ['#', 'is no JSON'], { param: 'structured_outputs.json', cause })
  }
}
