import { codedError } from '../../src/common/errors.js'
import type { DecodeRow, ExecutorSizes, PassRouting, PicturePrefix, PictureRow, PlanKind, RowResults, StepExecutor, StepPlan, StepResult, TextRow, TextSample, TextSampling, UnmaskRow } from '../../src/engine/executor.js'

/** A small model's sizes. */
export const TOY_SIZES: ExecutorSizes = {
  layers: 2,
  routedExperts: 4,
  sequenceExperts: 4,
  imageTokens: 16,
  codebook: 32,
  textVocabulary: 50,
  promptCapacity: 16,
  slotCapacity: 64,
  picturePrefixLength: 19,
  imageSize: 4
}

/** The toy's end-of-text token. */
export const TOY_END = 1
/** Bytes that a picture prefix of the toy counts for. */
export const TOY_PREFIX_BYTES = 1000
/** Routed experts that a token chooses. */
const EXPERTS_PER_TOKEN = 2

export interface ToyOptions {
  promptSlots: number
  decodeSlots: number
  /** Called when a plan begins; the step lasts until what it returns settles. */
  onPlan?: (plan: StepPlan, signal: AbortSignal | undefined) => Promise<void> | void
  /** Milliseconds that each step is said to take. */
  durationMs?: number
}

interface ToyPrefix extends PicturePrefix { cells: number[] }

/**
 * The seam's second implementation: a model in a few lines whose answers depend on everything that a slot holds.
 *
 * Its caches are real: a row that reads a slot which somebody else overwrote, moved wrongly or never filled answers something else. So equal ids prove correct book-keeping.
 */
export class ToyExecutor implements StepExecutor {
  readonly sizes = TOY_SIZES
  /** Every plan that was run to its end, in order. */
  readonly plans: StepPlan[] = []
  isDisposed = false
  readonly #options: ToyOptions
  readonly #prompts: (number[] | undefined)[]
  readonly #slots: number[][]
  #isRunning = false

  constructor (options: ToyOptions) {
    this.#options = options
    this.#prompts = new Array<number[] | undefined>(options.promptSlots).fill(undefined)
    this.#slots = Array.from({ length: options.decodeSlots }, () => [])
  }

  async execute<P extends StepPlan> (plan: P, signal?: AbortSignal): Promise<StepResult<P>> {
    if (this.#isRunning) throw new Error('a step is running already')
    this.#isRunning = true
    try {
      await this.#options.onPlan?.(plan, signal)
      if (signal?.aborted === true) throw codedError('run_terminated', [])
      this.plans.push(plan)
      return { rows: this.#run(plan) as RowResults[PlanKind<P>][], durationMs: this.#options.durationMs ?? plan.rows.length }
    } finally {
      this.#isRunning = false
    }
  }

  loadPicture (slot: number, prefix: PicturePrefix): void {
    this.#expectIdle()
    this.#slots[slot] = [...(prefix as ToyPrefix).cells]
  }

  moveSlot (from: number, to: number, length: number): void {
    this.#expectIdle()
    this.#slots[to] = this.#cells(from).slice(0, length)
    this.#slots[from] = [NaN]
  }

  dispose (): void {
    this.isDisposed = true
  }

  #expectIdle (): void {
    if (this.#isRunning) throw new Error('slots are changed between steps only')
  }

  #run (plan: StepPlan): RowResults[keyof RowResults][] {
    switch (plan.phase) {
      case 'encode':
        return plan.rows.map(({ pixels }) => ({ codeIds: new Int32Array(TOY_SIZES.imageTokens).fill(mix([...pixels.pictureEncoder]) % TOY_SIZES.codebook), clip: new Float32Array([mix([...pixels.clip])]), face: new Float32Array([mix([...pixels.face])]), finding: { score: 0.75, found: true } }))
      case 'prefill':
        if (plan.kind === 'prompt') return plan.rows.map(({ promptSlot, tokenIds }) => { this.#prompts[promptSlot] = [...tokenIds]; return { routing: routing(mix([...tokenIds]), tokenIds.length) } })
        if (plan.kind === 'picture') return plan.rows.map(pictureResult)
        return plan.rows.map((row) => this.#text(row))
      case 'decode':
        expectNeighbours(plan.rows)
        return plan.rows.map((row) => this.#decode(row))
      case 'unmask':
        return plan.rows.map((row) => this.#unmask(row))
      case 'render':
        return plan.rows.map(({ codeIds }) => ({ rgb: Uint8Array.from({ length: 3 * TOY_SIZES.imageSize ** 2 }, (_, index) => codeIds[index % codeIds.length] ?? 0) }))
    }
  }

  #text ({ slot, pastLength, tokenIds, then }: TextRow): RowResults['text'] {
    const cells = this.#write(slot, pastLength, tokenIds)
    const result = { routing: routing(mix(cells), tokenIds.length) }
    if (then.want === 'nothing') return result
    if (then.want === 'sample') return { ...result, sample: draw(cells, then.sampling) }
    return { ...result, logprobs: Float32Array.from(then.targetIds, (target, index) => -(mix([...cells.slice(0, pastLength + index + 1), target]) % 100) / 10) }
  }

  #decode ({ slot, pastLength, tokenId, sampling }: DecodeRow): RowResults['decode'] {
    const cells = this.#write(slot, pastLength, [tokenId])
    return { routing: routing(mix(cells), 1), sample: draw(cells, sampling) }
  }

  #unmask ({ codeIds, promptSlot, guidance, noiseLevel, tokenUniforms, confidenceUniforms, keepMasked, confidenceTemperature }: UnmaskRow): RowResults['unmask'] {
    const { codebook } = TOY_SIZES
    const seen = [...this.#prompt(promptSlot), ...(guidance === undefined ? [] : [...this.#prompt(guidance.promptSlot), guidance.scale]), noiseLevel]
    const state = mix([...seen, ...codeIds])
    const proposed = codeIds.map((id, position) => id === codebook ? Math.floor((tokenUniforms[position] ?? 0) * codebook + state) % codebook : id)
    const masked = [...codeIds.keys()].filter((position) => codeIds[position] === codebook)
    const confidence = (position: number): number => (confidenceUniforms[position] ?? 0) * (1 + confidenceTemperature)
    const stay = new Set(masked.sort((a, b) => confidence(a) - confidence(b)).slice(0, keepMasked))
    return {
      nextCodeIds: proposed.map((id, position) => stay.has(position) ? codebook : id),
      proposedCodeIds: proposed,
      routing: Array.from({ length: guidance === undefined ? 1 : 2 }, (_, row) => routing(state + row, TOY_SIZES.imageTokens + 2, state))
    }
  }

  #write (slot: number, pastLength: number, tokenIds: readonly number[]): number[] {
    const kept = this.#cells(slot).slice(0, pastLength)
    if (kept.length < pastLength) throw new Error(`slot ${slot} holds ${kept.length} positions and the plan says ${pastLength}`)
    const cells = [...kept, ...tokenIds]
    this.#slots[slot] = cells
    return cells
  }

  #cells (slot: number): number[] {
    const cells = this.#slots[slot]
    if (cells === undefined) throw new Error(`there is no slot ${slot}`)
    return cells
  }

  #prompt (slot: number): number[] {
    const prompt = this.#prompts[slot]
    if (prompt === undefined) throw new Error(`prompt slot ${slot} was never filled`)
    return prompt
  }
}

function pictureResult ({ codeIds, clip, face }: PictureRow): RowResults['picture'] {
  const state = mix([...codeIds, ...clip, ...face])
  const prefix: ToyPrefix = { bytes: TOY_PREFIX_BYTES, cells: Array.from({ length: TOY_SIZES.picturePrefixLength }, (_, position) => mix([state, position])) }
  return { prefix, routing: routing(state, TOY_SIZES.picturePrefixLength, state) }
}

function draw (cells: readonly number[], { temperature, uniform, allowedTokenIds, topLogprobs }: TextSampling): TextSample {
  const state = mix([...cells, temperature === 0 ? 0 : uniform])
  const tokenId = allowedTokenIds?.[state % allowedTokenIds.length] ?? state % TOY_SIZES.textVocabulary
  return { tokenId, logprob: -(state % 1000) / 100, top: Array.from({ length: topLogprobs }, (_, rank) => ({ tokenId: (tokenId + rank) % TOY_SIZES.textVocabulary, logprob: -rank })) }
}

/** Each token chooses two experts a layer; where there is a picture it chooses two sequence-level experts a layer. */
function routing (state: number, tokens: number, picture?: number): PassRouting {
  const { layers, routedExperts, sequenceExperts } = TOY_SIZES
  const tokenExperts = new Int32Array(layers * routedExperts)
  for (let layer = 0; layer < layers; layer++) {
    for (let choice = 0; choice < EXPERTS_PER_TOKEN * tokens; choice++) {
      const expert = layer * routedExperts + (state + layer + choice) % routedExperts
      tokenExperts[expert] = (tokenExperts[expert] ?? 0) + 1
    }
  }
  if (picture === undefined) return { tokenExperts }
  const chosen = (layer: number, expert: number): number => (picture + layer + expert) % sequenceExperts < 2 ? 1 : 0
  return { tokenExperts, sequenceExperts: Int32Array.from({ length: layers * sequenceExperts }, (_, index) => chosen(Math.floor(index / sequenceExperts), index % sequenceExperts)) }
}

function expectNeighbours (rows: readonly DecodeRow[]): void {
  rows.forEach(({ slot }, index) => {
    if (slot !== (rows[0]?.slot ?? 0) + index) throw new Error('the slots of a decode plan are not neighbours')
  })
}

/** A number from numbers, FNV-1a over their decimal digits; NaN and never-written cells change it like any other. */
function mix (values: readonly number[]): number {
  let hash = 0x811c9dc5
  for (const value of values) {
    for (const character of `${value},`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0
  }
  return hash
}
