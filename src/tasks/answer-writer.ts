import type { TokenLogprob } from '../engine/protocol.js'
import type { FaceModel } from './face-model.js'

/** A token of an answer, as the model drew it. */
export interface WrittenToken extends TokenLogprob {
  /** The likeliest tokens in its place; none where none were asked for. */
  top: readonly TokenLogprob[]
}

/** Text that is certain now, with the tokens that it is made of. */
export interface AnswerPiece { text: string, tokens: WrittenToken[] }

/**
 * Token ids to the text of an answer: whole characters only, without the space that every answer begins with, up to a stop string.
 *
 * Text that may be the beginning of a stop string is held back until it cannot be one any more.
 */
export class AnswerWriter {
  /** What was given out, all together. */
  text = ''
  readonly #detokenizer
  readonly #stops: readonly string[]
  #lead: string
  /** Text that may become a stop string. */
  #held = ''
  #isStopped = false
  /** Tokens that were not given out, with the length of the text that they begin and end at. */
  #waiting: { token: WrittenToken, from: number, to: number }[] = []

  constructor ({ tokenizer, layout }: FaceModel, stops: readonly string[] = []) {
    this.#detokenizer = tokenizer.detokenizer()
    this.#lead = layout.answerLead
    this.#stops = stops
  }

  push (token: WrittenToken): AnswerPiece {
    if (this.#isStopped) return NOTHING
    const from = this.#length
    this.#append(this.#detokenizer.push(token.tokenId))
    this.#waiting.push({ token, from, to: this.#length })
    return this.#giveOut(this.#search())
  }

  /** What is left at the end of the tokens. */
  end (): AnswerPiece {
    if (this.#isStopped) return NOTHING
    this.#append(this.#detokenizer.flush())
    this.#search()
    return this.#giveOut(this.#held.length)
  }

  get #length (): number {
    return this.text.length + this.#held.length
  }

  #append (piece: string): void {
    const isLead = piece !== '' && this.#lead !== '' && piece.startsWith(this.#lead)
    this.#held += isLead ? piece.slice(this.#lead.length) : piece
    if (piece !== '') this.#lead = ''
  }

  /** How much of the held text is certain. A stop string, and what follows it, is dropped. */
  #search (): number {
    const found = this.#stops.map((stop) => this.#held.indexOf(stop)).filter((index) => index >= 0)
    if (found.length > 0) {
      this.#held = this.#held.slice(0, Math.min(...found))
      this.#isStopped = true
      return this.#held.length
    }
    const longest = Math.max(0, ...this.#stops.map((stop) => beginningAtEnd(this.#held, stop)))
    return this.#held.length - longest
  }

  #giveOut (length: number): AnswerPiece {
    const text = this.#held.slice(0, length)
    this.text += text
    this.#held = this.#held.slice(length)
    const given = this.text.length
    // At the end a token that reaches into a stop string is told as it was drawn.
    const isGiven = ({ from, to }: { from: number, to: number }): boolean => to <= given || (this.#isStopped && from < given)
    const tokens = this.#waiting.filter(isGiven).map(({ token }) => token)
    this.#waiting = this.#isStopped ? [] : this.#waiting.filter((each) => !isGiven(each))
    return { text, tokens }
  }
}

const NOTHING: AnswerPiece = { text: '', tokens: [] }

/** Length of the longest beginning of a stop string that the text ends with. */
function beginningAtEnd (text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) if (text.endsWith(stop.slice(0, length))) return length
  return 0
}
