import { type BytePattern, choice, literally, repeat, sequence } from '../common/byte-pattern.js'
import { refuseSchema, type SchemaPlace } from './schema-place.js'

/** Largest integer that is written: JSON's readers hold it exactly. */
const LARGEST = Number.MAX_SAFE_INTEGER
const ZERO = 0x30

export const INTEGER_KEYWORDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']

/** @throws schema_unsupported */
export function integerPattern (place: SchemaPlace): BytePattern {
  const bound = (keyword: string, absent: number): number => {
    const value = place.schema[keyword] ?? absent
    return typeof value === 'number' && Number.isFinite(value) ? Math.min(LARGEST, Math.max(-LARGEST, value)) : refuseSchema(place, `has a ${keyword} that is no number`)
  }
  const least = Math.max(Math.ceil(bound('minimum', -LARGEST)), Math.floor(bound('exclusiveMinimum', -LARGEST - 1)) + 1)
  const most = Math.min(Math.floor(bound('maximum', LARGEST)), Math.ceil(bound('exclusiveMaximum', LARGEST + 1)) - 1)
  if (least > most) refuseSchema(place, 'leaves no integer between its bounds')
  const negative = least < 0 ? [sequence(literally('-'), naturals(Math.max(1, -most), -least))] : []
  return choice(...negative, ...(most >= 0 ? [naturals(Math.max(0, least), most)] : []))
}

/** The natural numbers from one to another, without leading zeros: by their number of digits. */
function naturals (least: number, most: number): BytePattern {
  const options: BytePattern[] = []
  for (let digits = String(least).length; digits <= String(most).length; digits++) {
    const [first, last] = [digits === 1 ? 0 : 10 ** (digits - 1), 10 ** digits - 1]
    options.push(between(String(Math.max(first, least)), String(Math.min(last, most))))
  }
  return choice(...options)
}

/** Digits from one number to another of the same length. */
function between (low: string, high: string): BytePattern {
  const [first, last, rest] = [Number(low[0] ?? 0), Number(high[0] ?? 0), low.length - 1]
  if (low === '') return sequence()
  if (first === last) return sequence(digit(first, first), between(low.slice(1), high.slice(1)))
  const [zeros, nines] = ['0'.repeat(rest), '9'.repeat(rest)]
  const [isWholeLow, isWholeHigh] = [low.slice(1) === zeros, high.slice(1) === nines]
  const middle = [isWholeLow ? first : first + 1, isWholeHigh ? last : last - 1] as const
  return choice(
    ...(isWholeLow ? [] : [sequence(digit(first, first), between(low.slice(1), nines))]),
    ...(middle[0] <= middle[1] ? [sequence(digit(...middle), repeat(digit(0, 9), rest, rest))] : []),
    ...(isWholeHigh ? [] : [sequence(digit(last, last), between(zeros, high.slice(1)))])
  )
}

function digit (first: number, last: number): BytePattern {
  return { kind: 'byte', ranges: [[ZERO + first, ZERO + last]] }
}
