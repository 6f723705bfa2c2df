import { TextDecoder } from 'node:util'

/** What a detokenizer has to know of a vocabulary. */
export interface TokenBytes {
  /** Bytes that a token id stands for; undefined for special tokens, which have no text. */
  bytesOf (tokenId: number): Uint8Array | undefined
}

/**
 * Turns token ids into text one at a time, for streaming.
 *
 * A byte-level token may end in the middle of a character. Such bytes are held back until the rest of the character has come, so the
 * concatenation of all answers is exactly the text and no answer holds half a character.
 */
export class Detokenizer {
  readonly #vocabulary: TokenBytes
  // ignoreBOM: a byte order mark that the model writes is text like any other.
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })

  constructor (vocabulary: TokenBytes) {
    this.#vocabulary = vocabulary
  }

  /** Text that became complete with this token; may be empty. */
  push (tokenId: number): string {
    const bytes = this.#vocabulary.bytesOf(tokenId)
    return bytes === undefined ? '' : this.#decoder.decode(bytes, { stream: true })
  }

  /** What is left at the end: nothing, or U+FFFD where the text stopped within a character. */
  flush (): string {
    return this.#decoder.decode()
  }
}
