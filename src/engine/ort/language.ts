import { Batch } from '../../runtime/batch.js'
import { tensorBytes } from '../../runtime/element-types.js'
import type { Memory } from '../../runtime/memory.js'
import type { Session } from '../../runtime/session.js'
import { Value } from '../../runtime/value.js'
import type { DecodeRow, ExecutorSizes, RowResults, TextRow } from '../executor.js'
import { BatchCache } from './batch-cache.js'
import { logProbability } from './log-softmax.js'
import type { Run } from './plan-run.js'
import { readRouting } from './routing.js'
import { withPrefix } from './slot-blocks.js'
import type { TextSampler } from './text-sampler.js'
import type { TextSlots } from './text-slots.js'
import { type TextTensors, TextTensorCache } from './text-tensors.js'

export interface LanguageOptions {
  session: Session
  sizes: ExecutorSizes
  slots: TextSlots
  sampler: TextSampler
  /** Where the logits of decoding lie between the two graphs. */
  memory: Memory
}

/** Logits of a decode step, [n, 1, V] as the language graph writes them and [n, V] as the sampler reads them. */
interface DecodeLogits { written: Value, read: Value }

/** Text in decode slots: stretches that are read, one slot a run, and tokens that are written, neighbouring slots together. */
export class Language {
  readonly #options: LanguageOptions
  readonly #texts: TextTensorCache
  readonly #readings = new BatchCache()
  readonly #decodings = new BatchCache()
  /** By rows. */
  readonly #logits = new Map<number, DecodeLogits>()

  constructor (options: LanguageOptions) {
    this.#options = options
    this.#texts = new TextTensorCache(options.sizes)
  }

  /** Runs a stretch of text into its slot. */
  async read ({ slot, pastLength, tokenIds, then }: TextRow, run: Run): Promise<RowResults['text']> {
    const { sizes, sampler } = this.#options
    const tensors = this.#texts.get(tokenIds.length)
    tensors.tokenIds.set(tokenIds)
    const batch = this.#reading(slot, tensors)
    // GroupQueryAttention's `seqlens_k` counts the last new position as well, less one.
    batch.int32s('past_lengths')[0] = pastLength + tokenIds.length - 1
    batch.int32s('total_length')[0] = pastLength + tokenIds.length
    await run(batch)
    const result = { routing: readRouting(batch, 0, sizes, 'text') }
    if (then.want === 'nothing') return result
    if (then.want === 'score') return { ...result, logprobs: Float32Array.from(then.targetIds, (target, token) => logProbability(this.#texts.logitsAfter(token), target)) }
    const [sample] = await sampler.sample(tensors.lastLogits, [then.sampling], run)
    return sample === undefined ? result : { ...result, sample }
  }

  /** One more token for texts in neighbouring slots, in ascending order. */
  async decode (rows: readonly DecodeRow[], run: Run): Promise<RowResults['decode'][]> {
    const { sizes, sampler } = this.#options
    const logits = this.#logitsOf(rows.length)
    const batch = this.#decoding(rows[0]?.slot ?? 0, rows.length, logits)
    const [tokens, pasts] = [batch.int64s('token_ids'), batch.int32s('past_lengths')]
    rows.forEach(({ tokenId, pastLength }, row) => {
      tokens.set([tokenId], row)
      pasts[row] = pastLength
    })
    batch.int32s('total_length')[0] = Math.max(...pasts) + 1
    await run(batch)
    const samples = await sampler.sample(logits.read, rows.map(({ sampling }) => sampling), run)
    return samples.map((sample, row) => ({ sample, routing: readRouting(batch, row, sizes, 'text') }))
  }

  dispose (): void {
    this.#readings.dispose()
    this.#decodings.dispose()
    this.#texts.dispose()
    for (const { written, read } of this.#logits.values()) for (const value of [written, read]) value.dispose()
  }

  #reading (slot: number, { tokens, logits }: TextTensors): Batch {
    const batch = this.#readings.get([slot], () => this.#create(slot, 1, { inputs: [['token_ids', tokens]], outputs: [['logits', logits]] }))
    batch.input('token_ids', tokens)
    batch.output('logits', logits)
    return batch
  }

  #decoding (first: number, count: number, logits: DecodeLogits): Batch {
    return this.#decodings.get([first, count], () => this.#create(first, count, { inputs: [], outputs: [['logits', logits.written]] }))
  }

  /** A batch whose past and present keys and values are the same memory: that of its slots. */
  #create (first: number, count: number, { inputs, outputs }: { inputs: [string, Value][], outputs: [string, Value][] }): Batch {
    const slots = this.#options.slots.values(first, count)
    return new Batch(this.#options.session, {
      sizes: { B: count, T: 1 },
      inputs: new Map([...withPrefix('past_', slots), ...inputs]),
      outputs: new Map([...withPrefix('present_', slots), ...outputs])
    })
  }

  #logitsOf (rows: number): DecodeLogits {
    const known = this.#logits.get(rows)
    if (known !== undefined) return known
    const { sizes: { textVocabulary }, memory } = this.#options
    const bytes = tensorBytes('float32', [rows, textVocabulary])
    const part = memory.allocate(bytes).part(0, bytes)
    const made = { written: new Value('float32', [rows, 1, textVocabulary], part), read: new Value('float32', [rows, textVocabulary], part) }
    this.#logits.set(rows, made)
    return made
  }
}
