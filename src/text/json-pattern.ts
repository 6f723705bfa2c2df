import { type BytePattern, choice, literally, optional, repeat, sequence } from '../common/byte-pattern.js'
import { ANY_CHARACTER, type CodePoints, codePoints, except, oneCharacter } from './code-points.js'

/** JSON as it is written here: compact, with no white space between its parts. Any parser reads it, and it takes the fewest tokens. */

/** Characters that JSON writes with a backslash and a letter. */
const SHORT_ESCAPES = new Map([['"', '\\"'], ['\\', '\\\\'], ['\b', '\\b'], ['\f', '\\f'], ['\n', '\\n'], ['\r', '\\r'], ['\t', '\\t']].map(([character = '', written = '']) => [character.codePointAt(0) ?? 0, written]))
const LAST_CONTROL = 0x1f
const ESCAPED: CodePoints = codePoints([[0, LAST_CONTROL], ...[...SHORT_ESCAPES.keys()].map((codePoint) => [codePoint, codePoint] as const)])

const DIGIT: BytePattern = { kind: 'byte', ranges: [[0x30, 0x39]] }
const DIGIT_FROM_1: BytePattern = { kind: 'byte', ranges: [[0x31, 0x39]] }

/** Digits of the longest number: what a double holds exactly. */
const MAX_DIGITS = 15

/** One of these characters, as it stands within a JSON string. */
export function jsonCharacter (ranges: CodePoints): BytePattern {
  const plain = except(ranges, ESCAPED)
  const escaped = ranges.flatMap(([first, last]) => ESCAPED.flatMap(([from, to]) => {
    const [start, end] = [Math.max(first, from), Math.min(last, to)]
    return Array.from({ length: Math.max(0, end - start + 1) }, (_, index) => escape(start + index))
  }))
  return choice(oneCharacter(plain), ...escaped.map(literally))
}

/** Any character but control characters, which nobody means. */
const TEXT_CHARACTER = jsonCharacter(except(ANY_CHARACTER, [[0, 8], [11, 12], [14, LAST_CONTROL], [0x7f, 0x9f]]))

/** A JSON string of so many characters. */
export function jsonString (least = 0, most: number | null = null): BytePattern {
  return sequence(literally('"'), repeat(TEXT_CHARACTER, least, most), literally('"'))
}

export const JSON_INTEGER = sequence(optional(literally('-')), choice(literally('0'), sequence(DIGIT_FROM_1, repeat(DIGIT, 0, MAX_DIGITS - 1))))
export const JSON_NUMBER = sequence(JSON_INTEGER, optional(sequence(literally('.'), repeat(DIGIT, 1, MAX_DIGITS))), optional(sequence(literally('e'), optional(literally('-')), DIGIT, optional(DIGIT))))
export const JSON_BOOLEAN = choice(literally('true'), literally('false'))
export const JSON_NULL = literally('null')

/** Names of the rules that `JSON_RULES` define. */
const VALUE: BytePattern = { kind: 'rule', name: 'any value' }
export const JSON_OBJECT: BytePattern = { kind: 'rule', name: 'any object' }
export const JSON_VALUE = VALUE

/** Rules of values of any kind. */
export const JSON_RULES: Readonly<Record<string, BytePattern>> = {
  'any value': choice(JSON_OBJECT, { kind: 'rule', name: 'any array' }, jsonString(), JSON_NUMBER, JSON_BOOLEAN, JSON_NULL),
  'any object': sequence(literally('{'), optional(listOf(sequence(jsonString(), literally(':'), VALUE))), literally('}')),
  'any array': sequence(literally('['), optional(listOf(VALUE)), literally(']'))
}

/** One or more with commas between. */
export function listOf (part: BytePattern, least = 1, most: number | null = null): BytePattern {
  return sequence(part, repeat(sequence(literally(','), part), least - 1, most === null ? null : most - 1))
}

function escape (codePoint: number): string {
  return SHORT_ESCAPES.get(codePoint) ?? `\\u${codePoint.toString(16).padStart(4, '0')}`
}
