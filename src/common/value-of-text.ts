const INTEGER = /^-?\d+$/
const DECIMAL = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i

/**
 * The value that a text spells, where the environment, a command line or a form can only carry text.
 *
 * @param kind `type` of the value's JSON schema
 * @returns the number or boolean; the text itself where it spells none, for the schema to refuse: nothing is rounded or guessed
 */
export function valueOfText (text: string, kind: unknown): string | number | boolean {
  if (kind === 'integer' && INTEGER.test(text)) return Number(text)
  if (kind === 'number' && DECIMAL.test(text)) return Number(text)
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
