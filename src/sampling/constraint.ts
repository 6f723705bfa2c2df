import { ByteAutomaton, type Place } from './byte-automaton.js'
import type { ByteGrammar } from '../common/byte-pattern.js'
import type { Vocabulary } from './vocabulary.js'

/** What a constraint says of the next token. */
export type NextTokens =
  /** [V], 1 for each token that may come next. */
  | { outcome: 'some', allowed: Uint8Array }
  /** The text is complete: nothing can follow but its end. */
  | { outcome: 'end', allowed: Uint8Array }
  /** The vocabulary has no token for what would have to follow. */
  | { outcome: 'stuck' }
  /** The pattern has more ways at once than are followed. */
  | { outcome: 'too-many-ways', ways: number }

/** A pattern and what is known of it: shared by all texts that are written in it. */
export class TextGrammar {
  readonly vocabulary: Vocabulary
  readonly automaton: ByteAutomaton
  /** By place: a place that many texts come by is looked at once. */
  readonly #known = new WeakMap<Place, NextTokens>()

  constructor (grammar: ByteGrammar, vocabulary: Vocabulary) {
    this.vocabulary = vocabulary
    this.automaton = new ByteAutomaton(grammar)
  }

  nextAt (place: Place): NextTokens {
    const known = this.#known.get(place)
    if (known !== undefined) return known
    const next = this.#lookAt(place)
    this.#known.set(place, next)
    return next
  }

  #lookAt (place: Place): NextTokens {
    const allowed = this.vocabulary.allowedAt(place, this.automaton)
    if (!(allowed instanceof Uint8Array)) return { outcome: 'too-many-ways', ways: allowed.ways }
    const count = allowed.reduce((sum, one) => sum + one, 0)
    if (count === 0) return { outcome: 'stuck' }
    return { outcome: place.mayEnd && count === 1 ? 'end' : 'some', allowed }
  }
}

/** Keeps one text within its pattern: which tokens may come next, given those that came. It depends on nothing but its own text. */
export class Constraint {
  readonly #grammar: TextGrammar
  #place: Place | undefined
  #next: NextTokens

  constructor (grammar: TextGrammar) {
    this.#grammar = grammar
    this.#next = this.#moveTo(grammar.automaton.start())
  }

  /** What may come now. */
  get next (): NextTokens {
    return this.#next
  }

  /** Takes in a token of the text: one that was allowed. */
  accept (tokenId: number): void {
    let place: ReturnType<ByteAutomaton['step']> | undefined = this.#place
    for (const byte of this.#grammar.vocabulary.bytesOf(tokenId)) {
      if (place === undefined || place === null || 'ways' in place) break
      place = this.#grammar.automaton.step(place, byte)
    }
    this.#next = this.#moveTo(place ?? null)
  }

  #moveTo (place: ReturnType<ByteAutomaton['step']>): NextTokens {
    if (place === null) return { outcome: 'stuck' }
    if ('ways' in place) return { outcome: 'too-many-ways', ways: place.ways }
    this.#place = place
    return this.#grammar.nextAt(place)
  }
}

/** Grammars that are remembered. */
const MAX_GRAMMARS = 32

/** The grammars of late, so that a caller who asks for the same pattern again, or for several texts in it, has it followed once. */
export class GrammarShelf {
  readonly vocabulary: Vocabulary
  readonly #grammars = new Map<string, TextGrammar>()

  constructor (vocabulary: Vocabulary) {
    this.vocabulary = vocabulary
  }

  /** @param key names the grammar: the same key is the same grammar */
  take (key: string, grammar: ByteGrammar): TextGrammar {
    const known = this.#grammars.get(key) ?? new TextGrammar(grammar, this.vocabulary)
    this.#grammars.delete(key)
    this.#grammars.set(key, known)
    for (const oldest of this.#grammars.keys()) {
      if (this.#grammars.size <= MAX_GRAMMARS) break
      this.#grammars.delete(oldest)
    }
    return known
  }
}
