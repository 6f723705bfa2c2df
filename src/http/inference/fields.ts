import type { TObject, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { codedError } from '../../common/errors.js'
import type { Tensor } from './tensors.js'

/** The inputs of a request as fields, held against the schema that the routes under /v1/faces have for them. */
export class Fields {
  readonly #tensors: ReadonlyMap<string, Tensor>
  readonly #schema: TObject

  constructor (tensors: ReadonlyMap<string, Tensor>, schema: TObject) {
    this.#tensors = tensors
    this.#schema = schema
  }

  /** @throws invalid_field when it is not valid UTF-8, or nothing that its field takes */
  text (name: string): string | undefined {
    const element = this.#tensors.get(name)?.elements[0]
    return element === undefined ? undefined : this.#checked(name, textOf(name, element))
  }

  /** @throws invalid_field */
  texts (name: string): string[] | undefined {
    const tensor = this.#tensors.get(name)
    return tensor === undefined ? undefined : this.#checked(name, [...tensor.elements].map((element) => textOf(name, element)))
  }

  /** @throws invalid_field when it is nothing that its field takes */
  number (name: string): number | undefined {
    const element = this.#tensors.get(name)?.elements[0]
    return element === undefined ? undefined : this.#checked(name, Number(element))
  }

  #checked<Field> (name: string, value: Field): Field {
    const schema: TSchema = this.#schema.properties[name] ?? {}
    const [problem] = Value.Errors(schema, value)
    if (problem !== undefined) throw invalid(name, problem.message)
    return value
  }
}

/** @throws missing_field */
export function required<Field> (name: string, value: Field | undefined): Field {
  if (value === undefined) throw codedError('missing_field', [`inputs.${name}`], { param: `inputs.${name}` })
  return value
}

function textOf (name: string, element: string | number | Uint8Array): string {
  if (!(element instanceof Uint8Array)) return String(element)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(element)
  } catch (error) {
    throw codedError('invalid_field', [`inputs.${name}`, 'is not valid UTF-8'], { param: `inputs.${name}`, cause: error })
  }
}

function invalid (name: string, problem: string) {
  return codedError('invalid_field', [`inputs.${name}`, problem], { param: `inputs.${name}` })
}
