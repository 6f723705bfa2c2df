import { Int64s } from '../../runtime/int64s.js'
import { Value } from '../../runtime/value.js'
import type { ExecutorSizes } from '../executor.js'

// T tokens, V text vocabulary

/** Tensors of a text of T tokens: what the language graph reads and what comes of it. */
export interface TextTensors {
  tokenIds: Int64s
  /** [1, T] over `tokenIds`. */
  tokens: Value
  /** [1, T, V] */
  logits: Value
  /** [1, V], the logits after the last token. */
  lastLogits: Value
}

/**
 * Makes the tensors of each length of text once. All lengths share one buffer of logits, in this process' memory: texts go through the graph one by one.
 */
export class TextTensorCache {
  readonly #vocabulary: number
  readonly #logits: Float32Array
  readonly #tensors = new Map<number, TextTensors>()

  constructor ({ textVocabulary, slotCapacity }: Pick<ExecutorSizes, 'textVocabulary' | 'slotCapacity'>) {
    this.#vocabulary = textVocabulary
    this.#logits = new Float32Array(slotCapacity * textVocabulary)
  }

  get (tokens: number): TextTensors {
    const known = this.#tensors.get(tokens)
    if (known !== undefined) return known
    const tokenIds = new Int64s(tokens)
    const made = {
      tokenIds,
      tokens: new Value('int64', [1, tokens], tokenIds.halves),
      logits: new Value('float32', [1, tokens, this.#vocabulary], this.#logits.subarray(0, tokens * this.#vocabulary)),
      lastLogits: new Value('float32', [1, this.#vocabulary], this.logitsAfter(tokens - 1))
    }
    this.#tensors.set(tokens, made)
    return made
  }

  /** [V], the logits after one token of the text that was run last; good until the next run. */
  logitsAfter (token: number): Float32Array {
    return this.#logits.subarray(token * this.#vocabulary, (token + 1) * this.#vocabulary)
  }

  dispose (): void {
    for (const { tokens, logits, lastLogits } of this.#tensors.values()) for (const value of [tokens, logits, lastLogits]) value.dispose()
  }
}
