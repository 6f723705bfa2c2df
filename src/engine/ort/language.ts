import { Batch } from '../../runtime/batch.js'
import type { Memory } from '../../runtime/memory.js'
import type { Session } from '../../runtime/session.js'
import type { Value } from '../../runtime/value.js'
import { codedError } from '../../common/errors.js'
import type { DecodeRow, ExecutorSizes, RowResults, TextRow } from '../executor.js'
import { BatchCache } from './batch-cache.js'
import { divide, eachInLanes, type Lane } from './lanes.js'
import { logProbability } from './log-softmax.js'
import type { Run } from './plan-run.js'
import { readRouting } from './routing.js'
import { RowViews } from './row-views.js'
import { withPrefix } from './slot-blocks.js'
import type { TextSampler } from './text-sampler.js'
import type { TextSlots } from './text-slots.js'
import { type TextTensors, TextTensorCache } from './text-tensors.js'

export interface LanguageOptions {
  session: Session
  sizes: ExecutorSizes
  slots: TextSlots
  sampler: TextSampler
  /** Most rows of one decode step. */
  rows: number
  lanes: number
  /** Where the logits of decoding lie between the two graphs. */
  memory: Memory
}

/** Text in decode slots: stretches that are read, one slot a run, and tokens that are written, neighbouring slots together and divided among lanes. */
export class Language {
  readonly #options: LanguageOptions
  /** By lane. */
  readonly #texts: readonly TextTensorCache[]
  readonly #readings = new BatchCache()
  readonly #decodings = new BatchCache()
  /** Of all rows of a decode step, [n, V]. */
  readonly #logits: RowViews

  /** @throws engine_out_of_memory */
  constructor (options: LanguageOptions) {
    this.#options = options
    this.#texts = Array.from({ length: options.lanes }, () => new TextTensorCache(options.sizes))
    const { sizes: { textVocabulary }, rows, memory } = options
    this.#logits = new RowViews({ type: 'float32', dims: [textVocabulary], rows, memory })
  }

  /** Runs stretches of text into their slots. */
  async read (rows: readonly TextRow[], run: Run): Promise<RowResults['text'][]> {
    return await eachInLanes(rows, this.#options.lanes, (row, lane) => this.#read(row, lane, run))
  }

  async #read ({ slot, pastLength, tokenIds, then }: TextRow, lane: number, run: Run): Promise<RowResults['text']> {
    const { sizes, sampler } = this.#options
    const texts = this.#texts[lane]
    if (texts === undefined) throw codedError('runtime_misused', [`there is no lane ${lane}`])
    const tensors = texts.get(tokenIds.length)
    tensors.tokenIds.set(tokenIds)
    const batch = this.#reading(slot, tensors)
    // GroupQueryAttention's `seqlens_k` counts the last new position as well, less one.
    batch.int32s('past_lengths')[0] = pastLength + tokenIds.length - 1
    batch.int32s('total_length')[0] = pastLength + tokenIds.length
    await run(batch)
    const result = { routing: readRouting(batch, 0, sizes, 'text') }
    if (then.want === 'nothing') return result
    if (then.want === 'score') return { ...result, logprobs: Float32Array.from(then.targetIds, (target, token) => logProbability(texts.logitsAfter(token), target)) }
    const [sample] = await sampler.sample(tensors.lastLogits, [then.sampling], run, lane)
    return sample === undefined ? result : { ...result, sample }
  }

  /** One more token for texts in neighbouring slots, in ascending order. */
  async decode (rows: readonly DecodeRow[], run: Run): Promise<RowResults['decode'][]> {
    const { sizes, sampler, lanes } = this.#options
    const batches = divide(rows, lanes).map((lane) => ({ ...lane, batch: this.#decoding(lane) }))
    await run(...batches.map(({ batch }) => batch))
    const samples = await sampler.sample(this.#logits.view(0, rows.length), rows.map(({ sampling }) => sampling), run)
    const routings = batches.flatMap(({ batch, rows: own }) => own.map((_, row) => readRouting(batch, row, sizes, 'text')))
    return samples.flatMap((sample, row) => routings.slice(row, row + 1).map((routing) => ({ sample, routing })))
  }

  dispose (): void {
    this.#readings.dispose()
    this.#decodings.dispose()
    for (const texts of this.#texts) texts.dispose()
    this.#logits.dispose()
  }

  #reading (slot: number, { tokens, logits }: TextTensors): Batch {
    const batch = this.#readings.get([slot], () => this.#create(slot, 1, { inputs: [['token_ids', tokens]], outputs: [['logits', logits]] }))
    batch.input('token_ids', tokens)
    batch.output('logits', logits)
    return batch
  }

  /** The lane's batch with everything in it. */
  #decoding ({ from, rows }: Lane<DecodeRow>): Batch {
    const [first, count] = [rows[0]?.slot ?? 0, rows.length]
    const batch = this.#decodings.get([first, count, from], () => this.#create(first, count, { inputs: [], outputs: [['logits', this.#logits.view(from, count, [count, 1, this.#options.sizes.textVocabulary])]] }))
    const [tokens, pasts] = [batch.int64s('token_ids'), batch.int32s('past_lengths')]
    rows.forEach(({ tokenId, pastLength }, row) => {
      tokens.set([tokenId], row)
      pasts[row] = pastLength
    })
    batch.int32s('total_length')[0] = Math.max(...pasts) + 1
    return batch
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
}
