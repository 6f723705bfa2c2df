import { Batch } from '../../runtime/batch.js'
import { tensorBytes } from '../../runtime/element-types.js'
import type { Memory } from '../../runtime/memory.js'
import type { Session } from '../../runtime/session.js'
import { Value } from '../../runtime/value.js'
import type { ExecutorSizes, UnmaskResult, UnmaskRow } from '../executor.js'
import { BatchCache } from './batch-cache.js'
import type { Run } from './plan-run.js'
import type { Prompts } from './prompts.js'
import { readRouting } from './routing.js'

// B model rows, R pictures, N positions, K codebook

export interface UnmaskingOptions {
  unmask: Session
  sampler: Session
  sizes: ExecutorSizes
  prompts: Prompts
  /** Where logits lie between the two graphs. */
  memory: Memory
}

/** Guidance with scale 1 is `uncond + 1 (cond − uncond)`: off. */
const GUIDANCE_OFF = 1

/** Unmasking steps: one run for the logits of all model rows, one that draws the codes of all pictures where the logits lie. */
export class Unmasking {
  readonly #options: UnmaskingOptions
  readonly #prompts: ReadonlyMap<string, Value>
  readonly #passes = new BatchCache()
  readonly #draws = new BatchCache()
  /** By model rows. */
  readonly #logits = new Map<number, Value>()

  constructor (options: UnmaskingOptions) {
    this.#options = options
    this.#prompts = options.prompts.all
  }

  /** Model rows are the pictures' conditional rows and behind them the unconditional rows of those that are guided. */
  async step (rows: readonly UnmaskRow[], run: Run): Promise<UnmaskResult[]> {
    const { sizes } = this.#options
    const modelRows = layOut(rows)
    const pass = this.#pass(modelRows.length)
    for (const row of modelRows) this.#writePass(pass, row)
    await run(pass)
    const draw = this.#draw(modelRows.length, rows.length)
    rows.forEach((picture, index) => {
      // Its last row in the pass: the unconditional one, or the conditional one again where guidance is off.
      writeDraw(draw, index, picture, modelRows.findLast((row) => row.picture === index)?.at ?? index)
    })
    await run(draw)
    return rows.map((_, index) => ({
      nextCodeIds: draw.int64s('next_code_ids').read(index * sizes.imageTokens, sizes.imageTokens),
      proposedCodeIds: draw.int64s('proposed_code_ids').read(index * sizes.imageTokens, sizes.imageTokens),
      routing: modelRows.filter(({ picture }) => picture === index).map(({ at }) => readRouting(pass, at, sizes, 'picture'))
    }))
  }

  dispose (): void {
    this.#draws.dispose()
    this.#passes.dispose()
    for (const value of this.#logits.values()) value.dispose()
  }

  #pass (modelRows: number): Batch {
    const { unmask } = this.#options
    return this.#passes.get([modelRows], () => new Batch(unmask, { sizes: { B: modelRows }, inputs: this.#prompts, outputs: new Map([['logits', this.#logitsOf(modelRows)]]) }))
  }

  #draw (modelRows: number, pictures: number): Batch {
    const { sampler } = this.#options
    return this.#draws.get([modelRows, pictures], () => new Batch(sampler, { sizes: { B: modelRows, R: pictures }, inputs: new Map([['logits', this.#logitsOf(modelRows)]]) }))
  }

  #logitsOf (modelRows: number): Value {
    const { sizes, memory } = this.#options
    const dims = [modelRows, sizes.imageTokens, sizes.codebook]
    const bytes = tensorBytes('float32', dims)
    const value = this.#logits.get(modelRows) ?? new Value('float32', dims, memory.allocate(bytes).part(0, bytes))
    this.#logits.set(modelRows, value)
    return value
  }

  #writePass (pass: Batch, { at, codeIds, noiseLevel, promptSlot }: ModelRow): void {
    pass.int64s('code_ids').set(codeIds, at * codeIds.length)
    pass.floats('noise_levels')[at] = noiseLevel
    pass.int64s('prompt_slots').set([promptSlot], at)
    pass.int64s('prompt_lengths').set([this.#options.prompts.length(promptSlot)], at)
  }
}

/** One row of the pass: what it reads, which picture it is of, and where it is in the batch. */
interface ModelRow { codeIds: Int32Array, noiseLevel: number, promptSlot: number, picture: number, at: number }

function layOut (rows: readonly UnmaskRow[]): ModelRow[] {
  const conditional = rows.map((row, picture) => ({ ...row, picture }))
  const unconditional = conditional.flatMap(({ guidance, ...row }) => guidance === undefined ? [] : [{ ...row, promptSlot: guidance.promptSlot }])
  return [...conditional, ...unconditional].map(({ codeIds, noiseLevel, promptSlot, picture }, at) => ({ codeIds, noiseLevel, promptSlot, picture, at }))
}

/** @param unconditional its row in the pass; the conditional one again where guidance is off */
function writeDraw (draw: Batch, index: number, picture: UnmaskRow, unconditional: number): void {
  const positions = index * picture.codeIds.length
  draw.int64s('conditional_rows').set([index], index)
  draw.int64s('unconditional_rows').set([unconditional], index)
  draw.floats('guidance_scales')[index] = picture.guidance?.scale ?? GUIDANCE_OFF
  draw.int64s('code_ids').set(picture.codeIds, positions)
  draw.floats('temperatures')[index] = picture.temperature
  draw.floats('token_uniforms').set(picture.tokenUniforms, positions)
  draw.floats('confidence_uniforms').set(picture.confidenceUniforms, positions)
  draw.floats('confidence_temperatures')[index] = picture.confidenceTemperature
  draw.int64s('keep_masked').set([picture.keepMasked], index)
}
