import { type BytePattern, choice, literally, sequence } from '../common/byte-pattern.js'
import { JSON_OBJECT } from './json-pattern.js'
import { isObject, refuseSchema, type SchemaPlace } from './schema-place.js'

/** One property: its name and value as JSON, and whether it may be left out. */
interface Property { pattern: BytePattern, isRequired: boolean }

export const OBJECT_KEYWORDS = ['properties', 'required', 'additionalProperties']

/** @throws schema_unsupported */
export function objectPattern (place: SchemaPlace): BytePattern {
  const { properties = {}, required = [], additionalProperties } = place.schema
  if (!isObject(properties)) refuseSchema(place, 'has properties that are no object')
  const names: unknown[] = Array.isArray(required) ? required : refuseSchema(place, 'has a required that is no list')
  const missing = names.find((name) => typeof name !== 'string' || !Object.hasOwn(properties, name))
  if (missing !== undefined) refuseSchema(place, `requires ${JSON.stringify(missing)}, which is none of its properties`)
  if (isObject(additionalProperties)) refuseSchema(place, 'has a schema as additionalProperties, which is not followed: name the properties')
  // A schema that names nothing and closes nothing means any object.
  if (Object.keys(properties).length === 0) return additionalProperties === false ? literally('{}') : JSON_OBJECT
  return sequence(literally('{'), propertiesFrom(Object.entries(properties).map(([name, schema]) => ({
    pattern: sequence(literally(`${JSON.stringify(name)}:`), place.inner(schema, `${place.path}/properties/${name}`)),
    isRequired: names.includes(name)
  }))), literally('}'))
}

/** All properties in order: with a comma in front of each but the first that is there. */
function propertiesFrom (properties: readonly Property[]): BytePattern {
  // From the last to the first: what may follow where something stands already, and where nothing does.
  let afterSome: BytePattern = sequence()
  let afterNone: BytePattern = sequence()
  for (const { pattern, isRequired } of properties.toReversed()) {
    const [followedWithComma, followed] = [sequence(literally(','), pattern, afterSome), sequence(pattern, afterSome)]
    afterNone = isRequired ? followed : choice(followed, afterNone)
    afterSome = isRequired ? followedWithComma : choice(followedWithComma, afterSome)
  }
  return afterNone
}
