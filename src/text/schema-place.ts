import type { BytePattern } from '../common/byte-pattern.js'
import { codedError } from '../common/errors.js'

/** A JSON schema that is an object, as it was sent. */
export type Schema = Readonly<Record<string, unknown>>

/** Where in a schema something stands. */
export interface SchemaPlace {
  schema: Schema
  /** For errors: `#/properties/hair`. */
  path: string
  /** The request field that holds the schema. */
  field: string
  /** The pattern of a schema within. */
  inner (schema: unknown, path: string): BytePattern
}

/** Words about a schema that do not change what it allows. */
const ANNOTATIONS = ['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly']
const DEFINITIONS = ['$defs', 'definitions']

/** Refuses what the schema says besides these keywords. @throws schema_unsupported */
export function refuseOthers (place: SchemaPlace, keywords: readonly string[]): void {
  const other = keywordsOf(place.schema).find((key) => !keywords.includes(key))
  if (other !== undefined) refuseSchema(place, `has the keyword "${other}", which is not followed there${keywords.length === 0 ? '' : `; followed are ${keywords.join(', ')}`}`)
}

/** Keywords that change what a schema allows. */
export function keywordsOf (schema: Schema): string[] {
  return Object.keys(schema).filter((key) => !ANNOTATIONS.includes(key) && !DEFINITIONS.includes(key))
}

/** @throws schema_unsupported always */
export function refuseSchema ({ path, field }: Pick<SchemaPlace, 'path' | 'field'>, problem: string): never {
  throw codedError('schema_unsupported', [path, problem], { param: field })
}

/** A whole number that a keyword has, or the value where it is absent. @throws schema_unsupported */
export function countOf<T> (place: SchemaPlace, keyword: string, absent: T): number | T {
  const value = place.schema[keyword]
  if (value === undefined) return absent
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : refuseSchema(place, `has a ${keyword} that is no count`)
}

export function isObject (value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
