import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { ANY_OBJECT, schemaGrammar } from '../../../src/text/schema-pattern.js'
import { accepts } from '../../support/pattern-texts.js'

const ajv = new Ajv2020({ strict: false, validateFormats: false })
const FACE = {
  type: 'object',
  properties: { hair: { enum: ['red', 'blond'] }, age: { type: 'integer', minimum: 18, maximum: 120 }, glasses: { type: 'boolean' }, note: { type: ['string', 'null'], maxLength: 3 } },
  required: ['hair', 'glasses'],
  additionalProperties: false
}

t.test('an object has its properties in order, the optional ones or not', (t) => {
  const grammar = schemaGrammar(FACE, 'schema')
  for (const value of [{ hair: 'red', glasses: true }, { hair: 'blond', age: 18, glasses: false }, { hair: 'red', age: 120, glasses: true, note: 'né' }, { hair: 'red', glasses: true, note: null }]) {
    t.ok(accepts(grammar, JSON.stringify(value)), JSON.stringify(value))
    t.ok(ajv.validate(FACE, value))
  }
  for (const value of [{ hair: 'red' }, { glasses: true, hair: 'red' }, { hair: 'red', age: 17, glasses: true }, { hair: 'red', glasses: true, note: 'long' }, { hair: 'red', glasses: true, more: 1 }, { hair: 'brown', glasses: true }]) t.notOk(accepts(grammar, JSON.stringify(value)), JSON.stringify(value))
  t.notOk(accepts(grammar, '{"hair": "red","glasses":true}'), 'no white space')
  const allOptional = schemaGrammar({ type: 'object', properties: { a: { const: 1 }, b: { const: 2 } } }, 'schema')
  for (const text of ['{}', '{"a":1}', '{"b":2}', '{"a":1,"b":2}']) t.ok(accepts(allOptional, text), text)
  for (const text of ['{,"b":2}', '{"a":1,}', '{"b":2,"a":1}']) t.notOk(accepts(allOptional, text), text)
  t.end()
})

t.test('values of every kind, each against a validator', (t) => {
  const values: unknown[] = [null, true, 0, 1, -1, 7, 12, 99, 100, 101, 250, 1.5, -0.25, 1e-7, 'a', 'ab', 'abc', '', '"', '\\', '\n', '😀', '2026-02-28', '12:30:00Z', '2026-02-28T12:30:00+01:00', '123e4567-e89b-12d3-a456-426614174000', [], [1], [1, 2], [1, 2, 3, 4], ['a', 1], {}, { a: 1 }, { a: { b: [null] } }]
  const schemas: unknown[] = [
    true, {}, { type: 'null' }, { type: 'boolean' }, { type: 'integer' }, { type: 'number' }, { type: 'string' }, { type: 'array' }, { type: 'object' },
    { type: 'integer', minimum: 7 }, { type: 'integer', maximum: 99 }, { type: 'integer', minimum: -1, maximum: 100 }, { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 101 }, { type: 'integer', minimum: -1, maximum: -1 },
    { type: 'string', minLength: 1, maxLength: 2 }, { type: 'string', pattern: '^a' }, { type: 'string', pattern: 'b' }, { type: 'string', pattern: '^[^"]$' },
    { type: 'array', items: { type: 'integer' } }, { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 3 }, { type: 'array', maxItems: 0 }, { type: 'array', minItems: 1 },
    { anyOf: [{ type: 'string' }, { type: 'null' }] }, { allOf: [{ type: 'boolean' }] }, { enum: ['a', 1, null, { a: 1 }] }, { type: ['integer', 'null'], minimum: 12 }, { const: [1, 2] },
    { $defs: { n: { type: 'integer', maximum: 0 } }, $ref: '#/$defs/n' }, { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false }, { type: 'object', additionalProperties: false }
  ]
  for (const schema of schemas) {
    const grammar = schemaGrammar(schema, 'schema')
    const validate = ajv.compile(schema as object)
    const wrong = values.filter((value) => accepts(grammar, JSON.stringify(value)) !== validate(value))
    t.same(wrong, [], JSON.stringify(schema))
  }
  for (const [format, text, other] of [['date', '2026-02-28', '2026-13-01'], ['time', '23:59:59Z', '24:00:00Z'], ['date-time', '2026-02-28T12:30:00+01:00', '2026-02-28'], ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123']]) {
    const grammar = schemaGrammar({ type: 'string', format }, 'schema')
    t.ok(accepts(grammar, JSON.stringify(text)), String(format))
    t.notOk(accepts(grammar, JSON.stringify(other)), String(format))
  }
  t.end()
})

t.test('integers between any bounds', (t) => {
  const bounds = [-101, -100, -99, -10, -9, -1, 0, 1, 9, 10, 11, 99, 100, 109, 110, 999, 1005]
  for (const minimum of bounds) {
    for (const maximum of bounds.filter((each) => each >= minimum)) {
      const grammar = schemaGrammar({ type: 'integer', minimum, maximum }, 'schema')
      const wrong = Array.from({ length: 1200 }, (_, index) => index - 110).filter((value) => accepts(grammar, String(value)) !== (value >= minimum && value <= maximum))
      t.same(wrong, [], `${minimum} to ${maximum}`)
    }
  }
  t.end()
})

t.test('a schema may hold itself', (t) => {
  const tree = schemaGrammar({ type: 'object', properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } }, required: ['name', 'children'] }, 'schema')
  t.ok(accepts(tree, '{"name":"a","children":[{"name":"b","children":[]},{"name":"c","children":[{"name":"d","children":[]}]}]}'))
  t.notOk(accepts(tree, '{"name":"a","children":[{}]}'))
  t.ok(accepts(ANY_OBJECT, '{"a":[{"b":{"c":[1,"x",null,true,{}]}}]}'))
  t.notOk(accepts(ANY_OBJECT, '[1]'))
  t.end()
})

t.test('what is not followed is refused with its place', (t) => {
  const cases: [unknown, string, RegExp][] = [
    [{ type: 'frob' }, '#', /the type "frob"; types are object/],
    [{ type: 'string', not: { const: 'a' } }, '#', /the keyword "not"/],
    [{ oneOf: [{ type: 'string' }] }, '#', /"oneOf"/],
    [{ type: 'object', properties: { a: { type: 'number', minimum: 0 } } }, '#/properties/a', /"minimum", which is not followed there/],
    [{ type: 'object', properties: { a: true }, required: ['b'] }, '#', /requires "b"/],
    [{ type: 'object', additionalProperties: { type: 'string' } }, '#', /additionalProperties/],
    [{ type: 'object', patternProperties: {} }, '#', /patternProperties/],
    [{ type: 'array', items: { type: 'array', uniqueItems: true } }, '#/items', /uniqueItems/],
    [{ type: 'array', minItems: 3, maxItems: 2 }, '#', /below its minItems/],
    [{ type: 'integer', minimum: 5, maximum: 1 }, '#', /no integer between/],
    [{ type: 'integer', multipleOf: 2 }, '#', /multipleOf/],
    [{ type: 'string', minLength: 1, pattern: 'a' }, '#', /more than one of/],
    [{ type: 'string', format: 'email' }, '#', /"email"; followed are date/],
    [{ type: 'string', minLength: -1 }, '#', /minLength that is no count/],
    [{ type: 'string', enum: [1] }, '#', /lists 1, which is not of its type/],
    [{ enum: [] }, '#', /empty/],
    [{ $ref: 'https://example.com/a' }, '#', /outside/],
    [{ $ref: '#/$defs/none' }, '#', /which is not there/],
    [{ allOf: [{ type: 'string' }, { minLength: 1 }] }, '#', /allOf of several/],
    [false, '#', /is no schema/],
    ['string', '#', /is no schema/]
  ]
  for (const [schema, path, message] of cases) t.throws(() => schemaGrammar(schema, 'field'), { code: 'schema_unsupported', param: 'field', args: [path, message] }, JSON.stringify(schema))
  t.throws(() => schemaGrammar({ type: 'string', pattern: '(' }, 'field'), { code: 'regex_unsupported', param: 'field' })
  t.end()
})
