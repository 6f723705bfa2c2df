import { LATIN_OF } from './confusables.js'

/** Letters without a form: Hangul fillers and the blank of Braille, which no category of Unicode calls invisible. */
const BLANK_LETTERS = /[\u115f\u1160\u3164\uffa0\u2800]/gu
/** Marks on letters, and what no reader sees: zero-width and direction characters, soft hyphens, tags, control characters other than white space. */
const UNSEEN = /\p{M}|\p{Cf}|(?![\t\n\v\f\r])\p{Cc}/gu
const WORD = /[\p{L}\p{N}]+/gu
const LETTER_AND_DIGIT = /\p{L}.*\p{N}|\p{N}.*\p{L}/u
const SIGN_FOR_LETTER = /(?<=[\p{L}\p{N}])[@$!|](?=[\p{L}\p{N}])|[@$](?=\p{L})/gu

/** Digits and signs that stand for letters: `ch1ld`, `s3xy`, `n@ked`. */
const LETTER_OF_SIGN: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b', 9: 'g', '@': 'a', $: 's', '!': 'i', '|': 'l' }

/** Fewer single letters in a row are initials. */
const SPACED_LETTERS = 3

/**
 * A text as words in one spelling: without case, marks, invisible characters and letters of other alphabets that look like Latin ones.
 *
 * `Tréns, Ｎude` and `trеns nude` with a Cyrillic е are the same words.
 */
export function foldWords (text: string): string[] {
  return wordsOf(foldLetters(text))
}

/**
 * The ways in which a person may read a text that was written to get past a list: as it stands; with digits and signs for letters; with its
 * spaced-out letters together; with drawn-out letters short. Readings that add nothing are left out.
 */
export function readingsOf (text: string): string[][] {
  const letters = foldLetters(text)
  const plain = wordsOf(letters)
  const spelled = wordsOf(letters.replace(SIGN_FOR_LETTER, (sign) => LETTER_OF_SIGN[sign] ?? sign)).map(withLettersForDigits)
  const readings = [plain, spelled, joinSpacedLetters(spelled, 'all'), joinSpacedLetters(spelled, 'but-an-article'), spelled.map(shorten)]
  const seen = new Set<string>()
  return readings.filter((words) => {
    const key = words.join(' ')
    return !seen.has(key) && seen.add(key)
  })
}

function foldLetters (text: string): string {
  const seen = text.normalize('NFKD').replace(UNSEEN, '').replace(BLANK_LETTERS, '')
  return [...seen].map((letter) => LATIN_OF.get(letter) ?? letter).join('').toLowerCase()
}

function wordsOf (folded: string): string[] {
  return folded.match(WORD) ?? []
}

/** `ch1ld` is a word, `1990s` and `12yo` are numbers with something behind them. */
function withLettersForDigits (word: string): string {
  const isSpelling = LETTER_AND_DIGIT.test(word) && !/^\p{N}+\p{L}{0,3}$/u.test(word)
  return isSpelling ? word.replace(/[0-9]/g, (digit) => LETTER_OF_SIGN[digit] ?? digit) : word
}

/** @param which of the single letters are spelling: `a c h i l d` may be one word or two */
function joinSpacedLetters (words: readonly string[], which: 'all' | 'but-an-article'): string[] {
  const joined: string[] = []
  let run: string[] = []
  const close = (): void => {
    const article = which === 'but-an-article' && run[0] === 'a' ? run.splice(0, 1) : []
    joined.push(...article, ...(run.length >= SPACED_LETTERS ? [run.join('')] : run))
    run = []
  }
  for (const word of words) {
    if ([...word].length === 1) {
      run.push(word)
      continue
    }
    close()
    joined.push(word)
  }
  close()
  return joined
}

/** `nuuude` → `nude`: no English word has three equal letters in a row. */
function shorten (word: string): string {
  return word.replace(/(\p{L})\1{2,}/gu, '$1')
}
