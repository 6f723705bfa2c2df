import { foldWords } from './fold-text.js'

/** Words that a rule may look at besides those of a phrase: `aged 15`, `twelve years old`. */
const WORDS_AROUND = 4

/** What has to be read of a text that has grown. */
export interface UnreadPart {
  text: string
  /** What begins in so many words at its beginning counts no more: it was found when it was new, and its exceptions may have begun before. */
  context: number
}

/**
 * A text that is read again whenever it has grown: only its new part, and as much before it as may make a difference.
 *
 * What no rule can tell apart is judged alike whether it stands alone or behind more text: phrases and their exceptions reach over at most `longest` words,
 * ages over fewer, and letters are joined within runs of single letters only, which the part is never cut in.
 */
export class GrowingText {
  readonly #longest: number
  #read = 0

  /** @param longest words of the longest phrase or exception */
  constructor (longest: number) {
    this.#longest = longest
  }

  /** @param text begins with what was read before */
  grow (text: string): UnreadPart {
    const start = this.#startOf(text)
    this.#read = text.length
    return { text: text.slice(start), context: start === 0 ? 0 : this.#longest }
  }

  /** Goes back over words until none that matters is left: single letters do not count, for together they may be one word. */
  #startOf (text: string): number {
    const wanted = 2 * this.#longest + WORDS_AROUND
    // The piece that was read last may have grown: `n@` to `n@ked`.
    let start = pieceStart(text, this.#read)
    for (let words = 0; start > 0 && words < wanted;) {
      const end = start - 1
      start = pieceStart(text, end)
      if (beginsWithWord(text.slice(start, end))) words++
    }
    return start
  }
}

/** Where the piece between spaces begins that ends at an index. Only what folding always leaves a space. */
function pieceStart (text: string, end: number): number {
  let start = end
  while (start > 0 && !/[ \t\n\r]/.test(text.charAt(start - 1))) start--
  return start
}

function beginsWithWord (piece: string): boolean {
  const [first = ''] = foldWords(piece)
  return [...first].length > 1
}
