import { type BytePattern, literally, sequence } from '../common/byte-pattern.js'
import { jsonCharacter, jsonString } from './json-pattern.js'
import { regexPattern } from './regex-pattern.js'
import { countOf, refuseSchema, type SchemaPlace } from './schema-place.js'

const DATE = '\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])'
const TIME = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)'

/** Every text of these is of the format; not every text of the format is among them (no 31st: not every month has one). */
const FORMATS: Readonly<Record<string, string>> = {
  date: DATE,
  time: TIME,
  'date-time': `${DATE}T${TIME}`,
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
}

export const STRING_KEYWORDS = ['minLength', 'maxLength', 'pattern', 'format']

/** @throws schema_unsupported, regex_unsupported */
export function stringPattern (place: SchemaPlace): BytePattern {
  const { pattern, format } = place.schema
  const [least, most] = [countOf(place, 'minLength', 0), countOf(place, 'maxLength', null)]
  if (most !== null && most < least) refuseSchema(place, 'has a maxLength below its minLength')
  const kinds = [pattern !== undefined, format !== undefined, least > 0 || most !== null].filter(Boolean)
  if (kinds.length > 1) refuseSchema(place, 'has more than one of pattern, format and a length, which are not followed together')
  if (pattern === undefined && format === undefined) return jsonString(least, most)
  const expression = pattern ?? (typeof format === 'string' && Object.hasOwn(FORMATS, format) ? FORMATS[format] : refuseSchema(place, `has the format ${JSON.stringify(format)}; followed are ${Object.keys(FORMATS).join(', ')}`))
  if (typeof expression !== 'string') refuseSchema(place, 'has a pattern that is no text')
  const quote = literally('"')
  return sequence(quote, regexPattern(expression, { field: place.field, character: jsonCharacter, matches: pattern === undefined ? 'whole' : 'part' }), quote)
}
