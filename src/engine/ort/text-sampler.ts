import { Batch } from '../../runtime/batch.js'
import type { Session } from '../../runtime/session.js'
import type { Value } from '../../runtime/value.js'
import type { ExecutorSizes, TextSample, TextSampling } from '../executor.js'
import type { TokenLogprob } from '../protocol.js'
import { BatchCache } from './batch-cache.js'
import type { LogitAdjuster } from './logit-adjuster.js'
import type { Run } from './plan-run.js'

const [FORBIDDEN, ALLOWED] = [0, 1]

/** Two graphs that agree about temperature 0: the one that draws orders the whole vocabulary, the one that picks the likeliest does not. */
export type SamplerSessions = Readonly<Record<'sample_text' | 'pick_text', Session>>

/** Draws text tokens from logits where they lie. */
export class TextSampler {
  readonly #sessions: SamplerSessions
  readonly #adjuster: LogitAdjuster
  readonly #vocabulary: number
  readonly #batches = new BatchCache()

  constructor (sessions: SamplerSessions, adjuster: LogitAdjuster, { textVocabulary }: Pick<ExecutorSizes, 'textVocabulary'>) {
    this.#sessions = sessions
    this.#adjuster = adjuster
    this.#vocabulary = textVocabulary
  }

  /**
   * @param modelLogits [rows, V]
   * @param lane tells apart samples that are drawn at the same time
   */
  async sample (modelLogits: Value, rows: readonly TextSampling[], run: Run, lane = 0): Promise<TextSample[]> {
    const logits = await this.#adjuster.adjust(modelLogits, rows, run, lane)
    const draws = rows.some(({ temperature }) => temperature > 0)
    const batch = this.#batches.get([rows.length, lane, draws ? 1 : 0], () => this.#create(draws, logits, rows.length))
    batch.input('logits', logits)
    rows.forEach((sampling, row) => {
      this.#writeAllowed(batch, row, sampling)
      if (draws) writeDraw(batch, row, sampling)
    })
    try {
      await run(batch)
    } finally {
      // Vocabularies are seldom restricted: the mask is all open between runs.
      rows.forEach(({ allowedTokenIds, allowed }, row) => { if (allowedTokenIds !== undefined || allowed !== undefined) this.#fillAllowed(batch, row, ALLOWED) })
    }
    return rows.map(({ topLogprobs }, row) => readSample(batch, row, rows.length, topLogprobs))
  }

  dispose (): void {
    this.#batches.dispose()
  }

  #create (draws: boolean, logits: Value, rows: number): Batch {
    const { sample_text: drawing, pick_text: picking } = this.#sessions
    const batch = new Batch(draws ? drawing : picking, { sizes: { B: rows }, inputs: new Map([['logits', logits]]) })
    batch.bytes('allowed').fill(ALLOWED)
    return batch
  }

  #writeAllowed (batch: Batch, row: number, { allowedTokenIds, allowed: mask }: TextSampling): void {
    const allowed = batch.bytes('allowed')
    if (mask !== undefined) allowed.set(mask, row * this.#vocabulary)
    if (allowedTokenIds === undefined) return
    this.#fillAllowed(batch, row, FORBIDDEN)
    for (const id of allowedTokenIds) allowed[row * this.#vocabulary + id] = ALLOWED
  }

  #fillAllowed (batch: Batch, row: number, value: number): void {
    batch.bytes('allowed').fill(value, row * this.#vocabulary, (row + 1) * this.#vocabulary)
  }
}

function writeDraw (batch: Batch, row: number, { temperature, topP, uniform }: TextSampling): void {
  batch.floats('temperatures')[row] = temperature
  batch.floats('top_p')[row] = topP
  batch.floats('uniforms')[row] = uniform
}

function readSample (batch: Batch, row: number, rows: number, topLogprobs: number): TextSample {
  const [tokenId = 0] = batch.int64s('token_ids').read(row, 1)
  return { tokenId, logprob: batch.floats('logprobs')[row] ?? 0, top: readTop(batch, row, rows, topLogprobs) }
}

/** The likeliest tokens; fewer than asked for where fewer are allowed. */
function readTop (batch: Batch, row: number, rows: number, count: number): TokenLogprob[] {
  if (count === 0) return []
  const logprobs = batch.floats('top_logprobs')
  const width = logprobs.length / rows
  return [...batch.int64s('top_token_ids').read(row * width, Math.min(count, width))]
    .map((tokenId, rank) => ({ tokenId, logprob: logprobs[row * width + rank] ?? -Infinity }))
    .filter(({ logprob }) => Number.isFinite(logprob))
}
