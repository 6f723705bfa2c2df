import { findAgeUnder } from './ages.js'
import { foldWords, readingsOf } from './fold-text.js'
import { GrowingText } from './growing-text.js'
import { findPersonalName } from './names.js'
import { parsePhrases, type PhraseList } from './phrases.js'
import type { Check, Place, Rule } from './policy-file.js'

export type { Place } from './policy-file.js'

/** A rule that a text met. */
export interface Finding {
  /** Name of the rule. */
  category: string
  action: Rule['action']
  /** The rule's words for the caller. */
  message: string
  /** What met it: the term as the policy writes it, an age, or a name as the text writes it. */
  because: string
}

/** What may be asked, in terms of words. A list of terms is no understanding: docs/policy.md says how often it is wrong. */
export interface Policy {
  /** Names of the rules that are on and refuse, for the metrics. */
  readonly refusing: readonly string[]
  /** The rules that a text meets, refusals first; each at most once. */
  judge (place: Place, text: string): Finding[]
  /**
   * Judges a text while it is written, in time that depends on what is new and not on all of it.
   *
   * @returns takes the text so far each time, and finds the rules that it meets now; together with what was found before these are those of `judge`
   */
  follow (place: Place): (text: string) => Finding[]
}

/** What is wrong with a rule and where: `terms`, 3 is the fourth term. */
export interface RuleProblem { path: (string | number)[], problem: string }

/** Thrown by {@link createPolicy}; whoever read the file knows the line. */
export class PolicyProblemError extends Error {
  readonly problem: RuleProblem

  constructor (problem: RuleProblem) {
    super(problem.problem)
    this.name = 'PolicyProblemError'
    this.problem = problem
  }
}

interface CompiledCheck {
  places: ReadonlySet<Place>
  terms: PhraseList
  except: PhraseList
  agesUnder: number | undefined
  /** Words that are no names; undefined where names are not looked for. */
  ordinary: ReadonlySet<string> | undefined
}

interface CompiledRule extends Pick<Finding, 'category' | 'action' | 'message'> { checks: CompiledCheck[] }

/** A policy that allows everything. */
export const NO_POLICY: Policy = { refusing: [], judge: () => [], follow: () => () => [] }

/**
 * Makes rules ready for texts.
 *
 * @throws PolicyProblemError
 */
export function createPolicy (rules: Readonly<Record<string, Rule>>): Policy {
  const compiled = Object.entries(rules).flatMap(([category, { enabled, action, message, checks }]): CompiledRule[] => {
    const ready = checks.map((check, index) => compileCheck(check, [category, 'checks', index]))
    return enabled ? [{ category, action, message, checks: ready }] : []
  })
  const inOrder = [...compiled.filter(({ action }) => action === 'refuse'), ...compiled.filter(({ action }) => action === 'disclose')]
  return {
    refusing: inOrder.filter(({ action }) => action === 'refuse').map(({ category }) => category),
    judge: (place, text) => findingsOf(rulesOf(inOrder, place), { text, readings: readingsOf(text), context: 0 }),
    follow: (place) => {
      const rules = rulesOf(inOrder, place)
      const growing = new GrowingText(Math.max(0, ...rules.flatMap(({ checks }) => checks.map(({ terms, except }) => Math.max(terms.longest, except.longest)))))
      return (text) => {
        const part = growing.grow(text)
        return findingsOf(rules, { text, readings: readingsOf(part.text), context: part.context })
      }
    }
  }
}

/** The rules that read texts of a place, with those of their checks that do. */
function rulesOf (rules: readonly CompiledRule[], place: Place): CompiledRule[] {
  return rules.map(({ checks, ...rule }) => ({ ...rule, checks: checks.filter(({ places }) => places.has(place)) })).filter(({ checks }) => checks.length > 0)
}

/** A text as checks read it. */
interface ReadText {
  /** All of it. */
  text: string
  /** Readings of the part that has to be read. */
  readings: readonly string[][]
  /** Phrases that begin in so many words at the beginning of the part do not count. */
  context: number
}

function findingsOf (rules: readonly CompiledRule[], read: ReadText): Finding[] {
  return rules.flatMap(({ checks, ...rule }) => {
    const because = firstOf(checks, (check) => meets(check, read))
    return because === undefined ? [] : [{ ...rule, because }]
  })
}

function compileCheck (check: Check, path: (string | number)[]): CompiledCheck {
  const { in: places, terms = [], except = [], ages_under: agesUnder, personal_names: names = false, ordinary_words: ordinary = [] } = check
  if (terms.length === 0 && agesUnder === undefined && !names) throw new PolicyProblemError({ path, problem: 'looks for nothing: give it terms, ages_under or personal_names' })
  return {
    places: new Set(places),
    terms: phraseList(terms, [...path, 'terms']),
    except: phraseList(except, [...path, 'except']),
    agesUnder,
    ordinary: names ? new Set(ordinary.flatMap(foldWords)) : undefined
  }
}

function phraseList (written: readonly string[], path: (string | number)[]): PhraseList {
  const parsed = parsePhrases(written)
  if ('list' in parsed) return parsed.list
  throw new PolicyProblemError({ path: [...path, parsed.index], problem: parsed.problem })
}

function meets ({ terms, except, agesUnder, ordinary }: CompiledCheck, { text, readings, context }: ReadText): string | undefined {
  // Names are looked for in all of the text: whether capitals mean anything depends on how many there are.
  return firstOf(readings, (words) => {
    const allowed = new Set(except.find(words).flatMap(({ start, end }) => range(start, end)))
    const counted = terms.find(words).find(({ start, end }) => start >= context && !range(start, end).some((word) => allowed.has(word)))
    return counted?.written ?? (agesUnder === undefined ? undefined : findAgeUnder(words, agesUnder))
  }) ?? (ordinary === undefined ? undefined : findPersonalName(text, ordinary))
}

const range = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, index) => start + index)

function firstOf<Item, Found> (items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
