import { createHash } from 'node:crypto'
import { Value } from 'typebox/value'
import { type GenerateBody, GenerateBodySchema } from '../../http/schemas/generation.js'
import { UsageError } from '../failure.js'

/** One line of a file of prompts. */
export interface Wish {
  /** Name of its picture without the ending: the number of the line, and a digest of what it asks for, so that a line that was changed is made anew. */
  name: string
  body: GenerateBody
}

/** Fields that a line can have. */
const FIELDS: ReadonlySet<string> = new Set(['prompt', 'negative_prompt', 'seed', 'num_inference_steps', 'guidance_scale', 'n', 'output_format'])
const DIGEST_LETTERS = 8

/**
 * Reads prompts, one a line: as they are, or as JSON objects with the fields of /v1/faces/generate. Empty lines are passed over.
 *
 * @param place what a person calls the file
 * @param defaults fields of the lines that do not have them
 * @throws UsageError with the number of the first line that cannot be meant
 */
export function readPrompts (text: string, place: string, defaults: Readonly<Record<string, unknown>>): Wish[] {
  const wishes = text.split(/\r?\n/).flatMap((line, index): Wish[] => {
    if (line.trim() === '') return []
    const body = { ...defaults, ...(line.startsWith('{') ? parse(line, `${place}, line ${index + 1}`) : { prompt: line.trim() }) }
    const problem = problemOf(body)
    if (problem !== undefined) throw new UsageError(`${place}, line ${index + 1}: ${problem}`)
    const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, DIGEST_LETTERS)
    return [{ name: `${String(index + 1).padStart(4, '0')}-${digest}`, body: body as GenerateBody }]
  })
  if (wishes.length === 0) throw new UsageError(`there is no prompt in ${place}`)
  return wishes
}

function parse (line: string, place: string): object {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below.
  }
  throw new UsageError(`${place} begins like a JSON object and is none`)
}

function problemOf (body: object): string | undefined {
  const unknown = Object.keys(body).find((field) => !FIELDS.has(field))
  if (unknown !== undefined) return `there is no field ${unknown} here; there are ${[...FIELDS].join(', ')}`
  const [problem] = Value.Errors(GenerateBodySchema, body)
  return problem === undefined ? undefined : `${problem.instancePath.slice(1) || 'it'} ${problem.message}`
}
