import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { type BytePattern, choice, repeat, sequence } from '../common/byte-pattern.js'
import { codedError } from '../common/errors.js'
import { ANY_CHARACTER, type CodePoints, codePoints, others } from './code-points.js'

export interface RegexOptions {
  /** The field that the expression stands in, for errors. */
  field: string
  /** The pattern of one character of these. */
  character (ranges: CodePoints): BytePattern
  /** `whole`: the expression is the whole text, its own ^ and $ change nothing. `part`: it is somewhere in it, unless ^ and $ hold it. */
  matches: 'whole' | 'part'
}

const MAX_LENGTH = 2048
const MAX_REPETITIONS = 1024

const DIGITS: CodePoints = [[0x30, 0x39]]
const WORD: CodePoints = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]
const SPACE: CodePoints = [[0x09, 0x0d], [0x20, 0x20], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff]]
const LINE_ENDS: CodePoints = [[0x0a, 0x0a], [0x0d, 0x0d], [0x2028, 0x2029]]

/**
 * The texts that a regular expression of ECMAScript (flag u) matches. What no finite automaton follows is refused, not guessed: lookaround, back references, \b, \p.
 *
 * @throws regex_unsupported
 */
export function regexPattern (source: string, options: RegexOptions): BytePattern {
  if (source.length > MAX_LENGTH) throw refuse(`has ${source.length} characters and at most ${MAX_LENGTH} are taken`, options)
  const { alternatives } = parse(source, options)
  const anything = options.matches === 'part' ? [repeat(options.character(ANY_CHARACTER), 0, null)] : []
  return choice(...alternatives.map(({ elements }) => {
    const isHeldAtStart = isEdge(elements[0], 'start')
    const isHeldAtEnd = isEdge(elements.at(-1), 'end') && !(elements.length === 1 && isHeldAtStart)
    const inner = elements.slice(isHeldAtStart ? 1 : 0, isHeldAtEnd ? -1 : undefined)
    return sequence(...(isHeldAtStart ? [] : anything), ...inner.map((element) => elementPattern(element, options)), ...(isHeldAtEnd ? [] : anything))
  }))
}

function parse (source: string, options: RegexOptions): AST.Pattern {
  try {
    return new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, 0, source.length, { unicode: true })
  } catch (error) {
    throw refuse(`cannot be read: ${error instanceof Error ? error.message : String(error)}`, options)
  }
}

function isEdge (element: AST.Element | undefined, kind: 'start' | 'end'): boolean {
  return element?.type === 'Assertion' && element.kind === kind
}

function elementPattern (element: AST.Element, options: RegexOptions): BytePattern {
  switch (element.type) {
    case 'Character':
    case 'CharacterSet':
    case 'CharacterClass': return options.character(charactersOf(element, options))
    case 'Group':
    case 'CapturingGroup':
      if (element.type === 'Group' && element.modifiers !== null) throw refuse(`has modifiers, "${element.modifiers.raw}", which are not followed`, options)
      return choice(...element.alternatives.map(({ elements }) => sequence(...elements.map((inner) => elementPattern(inner, options)))))
    case 'Quantifier': {
      const { min, max } = element
      if (min > MAX_REPETITIONS || (max !== Infinity && max > MAX_REPETITIONS)) throw refuse(`repeats "${element.element.raw}" more than ${MAX_REPETITIONS} times`, options)
      return repeat(elementPattern(element.element, options), min, max === Infinity ? null : max)
    }
    default: throw refuse(`has "${element.raw}", which is not followed: no lookaround, back references or \\b, and ^ and $ only at its ends`, options)
  }
}

function charactersOf (element: AST.Character | AST.CharacterSet | AST.CharacterClass | AST.ClassRangesCharacterClassElement, options: RegexOptions): CodePoints {
  switch (element.type) {
    case 'Character': return codePoints([[element.value, element.value]])
    case 'CharacterClassRange': return codePoints([[element.min.value, element.max.value]])
    case 'CharacterSet': return charactersOfSet(element, options)
    case 'CharacterClass': {
      const inner = codePoints(element.elements.flatMap((each) => {
        if (each.type === 'Character' || each.type === 'CharacterClassRange' || each.type === 'CharacterSet') return [...charactersOf(each, options)]
        throw refuse(`has "${each.raw}", which is not followed`, options)
      }))
      return element.negate ? others(inner) : inner
    }
  }
}

function charactersOfSet (set: AST.CharacterSet, options: RegexOptions): CodePoints {
  if (set.kind === 'any') return others(LINE_ENDS)
  if (set.kind === 'property') throw refuse(`has "${set.raw}", which is not followed: write the characters as ranges`, options)
  const kinds = { digit: DIGITS, word: WORD, space: SPACE }
  return set.negate ? others(kinds[set.kind]) : kinds[set.kind]
}

function refuse (problem: string, { field }: RegexOptions): Error {
  return codedError('regex_unsupported', [problem], { param: field })
}
