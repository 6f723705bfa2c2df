import { type BytePattern, literally, optional, sequence } from '../common/byte-pattern.js'
import { listOf } from './json-pattern.js'
import { countOf, refuseSchema, type SchemaPlace } from './schema-place.js'

export const ARRAY_KEYWORDS = ['items', 'minItems', 'maxItems']

/** @throws schema_unsupported */
export function arrayPattern (place: SchemaPlace): BytePattern {
  const [least, most] = [countOf(place, 'minItems', 0), countOf(place, 'maxItems', null)]
  if (most !== null && most < least) refuseSchema(place, 'has a maxItems below its minItems')
  if (most === 0) return literally('[]')
  const list = listOf(place.inner(place.schema['items'] ?? true, `${place.path}/items`), Math.max(1, least), most)
  return sequence(literally('['), least === 0 ? optional(list) : list, literally(']'))
}
