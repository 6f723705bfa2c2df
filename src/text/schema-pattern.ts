import { type ByteGrammar, type BytePattern, choice, literally } from '../common/byte-pattern.js'
import { JSON_BOOLEAN, JSON_NULL, JSON_NUMBER, JSON_OBJECT, JSON_RULES, JSON_VALUE } from './json-pattern.js'
import { ARRAY_KEYWORDS, arrayPattern } from './schema-array.js'
import { INTEGER_KEYWORDS, integerPattern } from './schema-number.js'
import { OBJECT_KEYWORDS, objectPattern } from './schema-object.js'
import { isObject, refuseOthers, refuseSchema, type SchemaPlace } from './schema-place.js'
import { STRING_KEYWORDS, stringPattern } from './schema-string.js'

/** Schemas within schemas; deeper ones go through $ref. */
const MAX_DEPTH = 32

interface TypeReader { keywords: readonly string[], read: (place: SchemaPlace) => BytePattern }

const TYPES: Readonly<Record<string, TypeReader>> = {
  object: { keywords: OBJECT_KEYWORDS, read: objectPattern },
  array: { keywords: ARRAY_KEYWORDS, read: arrayPattern },
  string: { keywords: STRING_KEYWORDS, read: stringPattern },
  integer: { keywords: INTEGER_KEYWORDS, read: integerPattern },
  number: { keywords: [], read: () => JSON_NUMBER },
  boolean: { keywords: [], read: () => JSON_BOOLEAN },
  null: { keywords: [], read: () => JSON_NULL }
}

/**
 * JSON texts that a schema allows: some of them, where it allows many ways to write the same. Properties come in the order of the schema, without white space, and none that it does not name.
 *
 * A keyword that is not followed is refused: a text that ignores it would be no answer.
 *
 * @param field the request field that holds the schema, for errors
 * @throws schema_unsupported, regex_unsupported
 */
export function schemaGrammar (schema: unknown, field: string): ByteGrammar {
  const reader = new SchemaReader(schema, field)
  return { root: reader.read(schema, '#'), rules: { ...JSON_RULES, ...reader.rules } }
}

/** Any JSON object. */
export const ANY_OBJECT: ByteGrammar = { root: JSON_OBJECT, rules: JSON_RULES }

class SchemaReader {
  readonly rules: Record<string, BytePattern> = {}
  readonly #root: unknown
  readonly #field: string
  readonly #begun = new Set<string>()

  constructor (root: unknown, field: string) {
    this.#root = root
    this.#field = field
  }

  read (schema: unknown, path: string): BytePattern {
    const where = { path, field: this.#field }
    if (schema === true) return JSON_VALUE
    if (!isObject(schema)) refuseSchema(where, 'is no schema: it must be an object or true')
    if (path.split('/').length > MAX_DEPTH * 2) refuseSchema(where, `is deeper than ${MAX_DEPTH} schemas`)
    const place: SchemaPlace = { schema, ...where, inner: (inner, innerPath) => this.read(inner, innerPath) }
    if ('$ref' in schema) return this.#reference(place)
    if ('const' in schema) return this.#listed(place, 'const', [schema['const']])
    if ('enum' in schema) return this.#listed(place, 'enum', listOfSchema(place, 'enum'))
    for (const keyword of ['anyOf', 'allOf']) if (keyword in schema) return this.#combination(place, keyword)
    return this.#typed(place)
  }

  #combination (place: SchemaPlace, keyword: string): BytePattern {
    refuseOthers(place, [keyword])
    const parts = listOfSchema(place, keyword)
    if (keyword === 'allOf' && parts.length > 1) refuseSchema(place, 'has an allOf of several schemas, which is not followed: write them as one')
    return choice(...parts.map((part, index) => this.read(part, `${place.path}/${keyword}/${index}`)))
  }

  #typed (place: SchemaPlace): BytePattern {
    const { type } = place.schema
    if (type === undefined) {
      refuseOthers(place, [])
      return JSON_VALUE
    }
    const names: unknown[] = Array.isArray(type) ? type : [type]
    const types = names.map((name) => (typeof name === 'string' && Object.hasOwn(TYPES, name) ? TYPES[name] : undefined) ?? refuseSchema(place, `has the type ${JSON.stringify(name)}; types are ${Object.keys(TYPES).join(', ')}`))
    refuseOthers(place, ['type', ...types.flatMap(({ keywords }) => keywords)])
    return choice(...types.map(({ read }) => read(place)))
  }

  /** Values that are written down, each of the schema's type where it has one. */
  #listed (place: SchemaPlace, keyword: string, values: readonly unknown[]): BytePattern {
    refuseOthers(place, [keyword, 'type'])
    const { type } = place.schema
    const types: unknown[] = Array.isArray(type) ? type : [type]
    const odd = type === undefined ? undefined : values.find((value) => !typesOf(value).some((name) => types.includes(name)))
    if (odd !== undefined) refuseSchema(place, `lists ${JSON.stringify(odd)}, which is not of its type`)
    return choice(...values.map((value) => literally(JSON.stringify(value))))
  }

  /** Every definition becomes a rule, so that it may name itself. */
  #reference (place: SchemaPlace): BytePattern {
    refuseOthers(place, ['$ref'])
    const reference = place.schema['$ref']
    if (typeof reference !== 'string' || !(reference === '#' || reference.startsWith('#/'))) refuseSchema(place, 'has a $ref that leads outside of the schema')
    const name = `schema ${reference}`
    if (!this.#begun.has(name)) {
      this.#begun.add(name)
      this.rules[name] = this.read(this.#find(place, reference), reference)
    }
    return { kind: 'rule', name }
  }

  #find (place: SchemaPlace, reference: string): unknown {
    let found: unknown = this.#root
    for (const step of reference.split('/').slice(1).map((each) => decodeURIComponent(each).replaceAll('~1', '/').replaceAll('~0', '~'))) {
      if (!isObject(found) || !Object.hasOwn(found, step)) refuseSchema(place, `refers to ${reference}, which is not there`)
      found = found[step]
    }
    return found
  }
}

function listOfSchema (place: SchemaPlace, keyword: string): unknown[] {
  const list = place.schema[keyword]
  return Array.isArray(list) && list.length > 0 ? list : refuseSchema(place, `has a ${keyword} that is no list, or an empty one`)
}

/** JSON schema's names for what a value is. */
function typesOf (value: unknown): string[] {
  if (value === null) return ['null']
  if (Array.isArray(value)) return ['array']
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number']
  return [typeof value]
}
