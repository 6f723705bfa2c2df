import type { TObject, TSchema } from 'typebox'
import { Value as SchemaValue } from 'typebox/value'
import { valueOfText } from '../common/value-of-text.js'
import type { Arguments, Option } from './arguments.js'
import { UsageError } from './failure.js'

/**
 * Flags for fields of the API: --guidance-scale is `guidance_scale`, with the same words and the same bounds.
 *
 * @param fields those that the command takes as flags
 */
export function requestOptions ({ properties }: TObject, fields: readonly string[]): Option[] {
  return fields.map((field) => {
    const { type, description, default: byDefault }: Record<string, unknown> = { ...properties[field] }
    return { flag: flagOf(field), ...(field.length === 1 ? { short: field } : {}), kind: 'text', value: placeholder(type), description: `${String(description ?? '')}${byDefault === undefined ? '' : ` Default: ${String(byDefault)}.`}` }
  })
}

/**
 * The fields that were given, as the API would take them.
 *
 * @throws UsageError on a value that its field does not take
 */
export function requestFields (schema: TObject, fields: readonly string[], args: Arguments): Record<string, unknown> {
  return Object.fromEntries(fields.flatMap((field) => {
    const text = args.text(flagOf(field))
    if (text === undefined) return []
    const property: TSchema = schema.properties[field] ?? {}
    return [[field, checkField(schema, field, valueOfText(text, 'type' in property ? property.type : undefined), field.length === 1 ? `-${field}` : `--${flagOf(field)}`)]]
  }))
}

/**
 * The value, if its field takes it.
 *
 * @param spelling what a person calls it
 * @throws UsageError
 */
export function checkField<Value> ({ properties }: TObject, field: string, value: Value, spelling: string): Value {
  const [problem] = SchemaValue.Errors(properties[field] ?? {}, value)
  if (problem !== undefined) throw new UsageError(`${spelling} ${problem.message}, and it is "${String(value)}"`)
  return value
}

/** A field that is a number where it was given: `requestFields` has checked it. */
export function numberField (fields: Readonly<Record<string, unknown>>, field: string): number | undefined {
  const value = fields[field]
  return typeof value === 'number' ? value : undefined
}

const flagOf = (field: string): string => field.replaceAll('_', '-')

function placeholder (type: unknown): string {
  if (type === 'integer') return 'N'
  return type === 'number' ? 'X' : 'TEXT'
}
