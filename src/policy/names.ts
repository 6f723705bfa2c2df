import { foldWords } from './fold-text.js'

/** A title or an initial with its full stop; a word with the apostrophes and hyphens inside it; anything else between spaces. */
const TOKEN = /\p{Lu}\p{L}{0,2}\.(?=\s)|\p{L}[\p{L}\p{M}'’-]*|[^\s\p{L}]+/gu
const CAPITALISED = /^\p{Lu}(?:['’]?\p{Lu})?\p{Ll}|^\p{Lu}\.$/u
/** Above this share of capitalised words a text is a headline, and capitals say nothing. */
const HEADLINE_SHARE = 0.6
const HEADLINE_WORDS = 5
/** Small words inside names. */
const PARTICLES = new Set(['de', 'da', 'di', 'del', 'della', 'der', 'den', 'von', 'van', 'la', 'le', 'bin', 'al', 'el', 'ten', 'dos'])

/**
 * Two capitalised words in a row that are no ordinary words, which is what a person's name looks like in English: `Angela Merkel`, `Vincent van Gogh`.
 *
 * A text in title case has no names to this eye, and a name in lower case neither: those need a list.
 *
 * @param ordinary folded words that are capitalised for other reasons
 */
export function findPersonalName (text: string, ordinary: ReadonlySet<string>): string | undefined {
  const tokens = text.normalize('NFC').match(TOKEN) ?? []
  const words = tokens.filter((token) => /^\p{L}{3}/u.test(token))
  const isHeadline = words.length >= HEADLINE_WORDS && words.filter((word) => CAPITALISED.test(word)).length > HEADLINE_SHARE * words.length
  if (isHeadline) return undefined
  let name: string[] = []
  for (const token of tokens) {
    if (isPartOfName(token, ordinary)) name.push(token)
    else if (!(name.length > 0 && PARTICLES.has(token))) name = []
    if (name.length === 2) return name.join(' ')
  }
  return undefined
}

function isPartOfName (token: string, ordinary: ReadonlySet<string>): boolean {
  if (!CAPITALISED.test(token)) return false
  return foldWords(token).every((word) => !ordinary.has(word))
}
