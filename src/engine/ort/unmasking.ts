import { Batch } from '../../runtime/batch.js'
import type { Memory } from '../../runtime/memory.js'
import type { Session } from '../../runtime/session.js'
import type { Value } from '../../runtime/value.js'
import type { ExecutorSizes, UnmaskResult, UnmaskRow } from '../executor.js'
import { BatchCache } from './batch-cache.js'
import { divide, type Lane } from './lanes.js'
import type { NoiseRows } from './noise-rows.js'
import type { Run } from './plan-run.js'
import type { Prompts } from './prompts.js'
import { readRouting } from './routing.js'
import { RowViews } from './row-views.js'

// B model rows, R pictures, N positions, K codebook

export interface UnmaskingOptions {
  unmask: Session
  sampler: Session
  sizes: ExecutorSizes
  prompts: Prompts
  noise: NoiseRows
  /** Most model rows of one step. */
  rows: number
  lanes: number
  /** Where logits lie between the two graphs. */
  memory: Memory
}

/** Guidance with scale 1 is `uncond + 1 (cond − uncond)`: off. */
const GUIDANCE_OFF = 1

/** Unmasking steps: first the logits of all model rows, then the codes of all pictures, drawn where the logits lie. Both are divided among lanes. */
export class Unmasking {
  readonly #options: UnmaskingOptions
  readonly #slots: ReadonlyMap<string, Value>
  readonly #passes = new BatchCache()
  readonly #draws = new BatchCache()
  /** Of all model rows, [B, N, K]. */
  readonly #logits: RowViews

  /** @throws engine_out_of_memory */
  constructor (options: UnmaskingOptions) {
    this.#options = options
    this.#slots = new Map([...options.prompts.all, ...options.noise.all])
    const { sizes: { imageTokens, codebook }, rows, memory } = options
    this.#logits = new RowViews({ type: 'float32', dims: [imageTokens, codebook], rows, memory })
  }

  /** Model rows are the pictures' conditional rows and behind them the unconditional rows of those that are guided. */
  async step (rows: readonly UnmaskRow[], run: Run): Promise<UnmaskResult[]> {
    const { sizes, lanes } = this.#options
    const modelRows = layOut(rows)
    const passes = divide(modelRows, lanes).map((lane) => ({ ...lane, batch: this.#pass(lane) }))
    await this.#writeNoise(passes, run)
    await run(...passes.map(({ batch }) => batch))
    const draws = divide(rows, lanes).map((lane) => ({ ...lane, batch: this.#draw(lane, modelRows.length) }))
    for (const { batch, from, rows: pictures } of draws) {
      pictures.forEach((picture, index) => {
        // Its last row in the passes: the unconditional one, or the conditional one again where guidance is off.
        const last = modelRows.findLast((row) => row.picture === from + index)?.at ?? from + index
        writeDraw(batch, index, picture, { conditional: from + index, unconditional: last })
      })
    }
    await run(...draws.map(({ batch }) => batch))
    const routing = passes.flatMap(({ batch, rows }) => rows.map(({ picture }, row) => ({ picture, routing: readRouting(batch, row, sizes, 'picture') })))
    return draws.flatMap(({ batch, from, rows: pictures }) => pictures.map((_, index) => ({
      nextCodeIds: batch.int64s('next_code_ids').read(index * sizes.imageTokens, sizes.imageTokens),
      proposedCodeIds: batch.int64s('proposed_code_ids').read(index * sizes.imageTokens, sizes.imageTokens),
      routing: routing.filter(({ picture }) => picture === from + index).map((row) => row.routing)
    })))
  }

  dispose (): void {
    this.#draws.dispose()
    this.#passes.dispose()
    this.#logits.dispose()
  }

  /** The lane's batch with everything but noise levels in it. */
  #pass ({ from, rows }: Lane<ModelRow>): Batch {
    const { unmask, prompts } = this.#options
    const batch = this.#passes.get([from, rows.length], () => new Batch(unmask, {
      sizes: { B: rows.length },
      inputs: this.#slots,
      outputs: new Map([['logits', this.#logits.view(from, rows.length)]])
    }))
    rows.forEach(({ codeIds, promptSlot }, index) => {
      batch.int64s('code_ids').set(codeIds, index * codeIds.length)
      batch.int64s('prompt_slots').set([promptSlot], index)
      batch.int64s('prompt_lengths').set([prompts.length(promptSlot)], index)
    })
    return batch
  }

  async #writeNoise (passes: readonly (Lane<ModelRow> & { batch: Batch })[], run: Run): Promise<void> {
    const slots = await this.#options.noise.slotsOf(passes.flatMap(({ rows }) => rows.map(({ noiseLevel }) => noiseLevel)), run)
    for (const { batch, from, rows } of passes) batch.int64s('noise_slots').set(slots.slice(from, from + rows.length))
  }

  #draw ({ from, rows }: Lane<UnmaskRow>, modelRows: number): Batch {
    const { sampler } = this.#options
    return this.#draws.get([from, rows.length, modelRows], () => new Batch(sampler, { sizes: { B: modelRows, R: rows.length }, inputs: new Map([['logits', this.#logits.view(0, modelRows)]]) }))
  }
}

/** One row of the pass: what it reads, which picture it is of, and where it is in the batch. */
interface ModelRow { codeIds: Int32Array, noiseLevel: number, promptSlot: number, picture: number, at: number }

function layOut (rows: readonly UnmaskRow[]): ModelRow[] {
  const conditional = rows.map((row, picture) => ({ ...row, picture }))
  const unconditional = conditional.flatMap(({ guidance, ...row }) => guidance === undefined ? [] : [{ ...row, promptSlot: guidance.promptSlot }])
  return [...conditional, ...unconditional].map(({ codeIds, noiseLevel, promptSlot, picture }, at) => ({ codeIds, noiseLevel, promptSlot, picture, at }))
}

/** @param rows the picture's rows among all logits; the same twice where guidance is off */
function writeDraw (draw: Batch, index: number, picture: UnmaskRow, rows: { conditional: number, unconditional: number }): void {
  const positions = index * picture.codeIds.length
  draw.int64s('conditional_rows').set([rows.conditional], index)
  draw.int64s('unconditional_rows').set([rows.unconditional], index)
  draw.floats('guidance_scales')[index] = picture.guidance?.scale ?? GUIDANCE_OFF
  draw.int64s('code_ids').set(picture.codeIds, positions)
  draw.floats('temperatures')[index] = picture.temperature
  draw.floats('token_uniforms').set(picture.tokenUniforms, positions)
  draw.floats('confidence_uniforms').set(picture.confidenceUniforms, positions)
  draw.floats('confidence_temperatures')[index] = picture.confidenceTemperature
  draw.int64s('keep_masked').set([picture.keepMasked], index)
}
