import { foldWords } from './fold-text.js'

/** A phrase of a policy, taken apart. */
interface Phrase {
  /** As it is written in the policy, for people. */
  written: string
  /** `exact`, or `prefix` where it ended with `*`. */
  words: readonly { text: string, match: 'exact' | 'prefix' }[]
  atStart: boolean
  atEnd: boolean
}

/** Where a phrase stands in a text: words `start` to `end`, the latter not included. */
export interface Occurrence { written: string, start: number, end: number }

/** Phrases that are looked for together. */
export interface PhraseList {
  /** Words of the longest phrase; 0 of none. */
  readonly longest: number
  /** All places, in the order of the text. */
  find (words: readonly string[]): Occurrence[]
}

/**
 * Takes phrases apart: words are folded as texts are, `*` at the end of a word stands for any ending, `^` before the phrase binds it to the beginning of
 * the text and `$` behind it to its end.
 *
 * @returns the phrases, or what is wrong with one of them and which
 */
export function parsePhrases (written: readonly string[]): { list: PhraseList } | { problem: string, index: number } {
  const phrases: Phrase[] = []
  for (const [index, text] of written.entries()) {
    const phrase = parsePhrase(text)
    if (typeof phrase === 'string') return { problem: phrase, index }
    phrases.push(phrase)
  }
  return { list: listOf(phrases) }
}

function parsePhrase (written: string): Phrase | string {
  const [, before = '', body = '', after = ''] = /^(\^?)(.*?)(\$?)$/su.exec(written.trim()) ?? []
  const words = body.split(/\s+/u).flatMap((piece) => {
    const isPrefix = piece.endsWith('*')
    const folded = foldWords(isPrefix ? piece.slice(0, -1) : piece)
    return folded.map((text, index) => ({ text, match: isPrefix && index === folded.length - 1 ? 'prefix' as const : 'exact' as const }))
  })
  if (words.length === 0) return `"${written}" has no word in it`
  if (body.replace(/\*(?=\s|$)/gu, '').includes('*')) return `"${written}" has a * that does not end a word`
  return { written, words, atStart: before !== '', atEnd: after !== '' }
}

function listOf (phrases: readonly Phrase[]): PhraseList {
  const byFirstWord = new Map<string, Phrase[]>()
  const byPrefix: Phrase[] = []
  for (const phrase of phrases) {
    const [first] = phrase.words
    if (first === undefined) continue
    if (first.match === 'prefix') byPrefix.push(phrase)
    else byFirstWord.set(first.text, [...byFirstWord.get(first.text) ?? [], phrase])
  }
  return {
    longest: Math.max(0, ...phrases.map(({ words }) => words.length)),
    find: (words) => words.flatMap((word, start) =>
      [...byFirstWord.get(word) ?? [], ...byPrefix]
        .filter((phrase) => standsAt(phrase, words, start))
        .map((phrase) => ({ written: phrase.written, start, end: start + phrase.words.length })))
  }
}

function standsAt ({ words: wanted, atStart, atEnd }: Phrase, words: readonly string[], start: number): boolean {
  if (atStart && start !== 0) return false
  if (atEnd && start + wanted.length !== words.length) return false
  return wanted.every(({ text, match }, index) => {
    const word = words[start + index]
    return word !== undefined && (match === 'exact' ? word === text : word.startsWith(text))
  })
}
