/** What ends a text besides its tokens. */
export interface StopStrings {
  /** UTF-8 of the strings; the text ends before the first of them. */
  strings: readonly Uint8Array[]
  /** What every text begins with before its first word; it is not part of the text. */
  lead: Uint8Array
}

/** Looks for stop strings in a text as its tokens come, across their borders. */
export class StopWatch {
  readonly #strings: readonly Uint8Array[]
  readonly #longest: number
  /** The lead, until it was seen or cannot come any more. */
  #lead: Uint8Array
  /** The end of the text: as many bytes as the beginning of a stop string could have. */
  #tail: number[] = []

  constructor ({ strings, lead }: StopStrings) {
    this.#strings = strings
    this.#longest = Math.max(0, ...strings.map(({ length }) => length))
    this.#lead = lead
  }

  /** Takes in the bytes of a token. Answers whether a stop string is there now. */
  push (bytes: Uint8Array): 'none' | 'found' {
    const text = this.#withoutLead([...this.#tail, ...bytes])
    if (text === undefined) return 'none'
    if (this.#strings.some((string) => contains(text, string))) return 'found'
    this.#tail = text.slice(Math.max(0, text.length - this.#longest + 1))
    return 'none'
  }

  /** The text behind the lead; undefined while it may still be the lead that comes. */
  #withoutLead (text: number[]): number[] | undefined {
    const lead = this.#lead
    if (lead.length === 0) return text
    const isLead = lead.every((byte, index) => index >= text.length || text[index] === byte)
    if (isLead && text.length < lead.length) {
      this.#tail = text
      return undefined
    }
    this.#lead = lead.subarray(lead.length)
    return isLead ? text.slice(lead.length) : text
  }
}

function contains (text: readonly number[], string: Uint8Array): boolean {
  for (let at = 0; at + string.length <= text.length; at++) if (string.every((byte, index) => text[at + index] === byte)) return true
  return false
}
