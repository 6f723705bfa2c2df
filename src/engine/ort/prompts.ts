import { Batch } from '../../runtime/batch.js'
import type { Memory } from '../../runtime/memory.js'
import type { Session } from '../../runtime/session.js'
import type { Value } from '../../runtime/value.js'
import { codedError } from '../../common/errors.js'
import type { ExecutorSizes, PromptRow, RowResults } from '../executor.js'
import { BatchCache } from './batch-cache.js'
import { eachInLanes } from './lanes.js'
import type { Run } from './plan-run.js'
import { readRouting } from './routing.js'
import { SlotBlocks, slotTensorOf, withPrefix } from './slot-blocks.js'

export interface PromptsOptions {
  session: Session
  sizes: ExecutorSizes
  slots: number
  /** Token id that fills a prompt up to its capacity. */
  pad: number
  lanes: number
  memory: Memory
}

/** Text prefixes: each is run alone, its keys and values written where its slot lies (docs/adr/0003). */
export class Prompts {
  readonly #options: PromptsOptions
  readonly #blocks: SlotBlocks
  readonly #batches = new BatchCache()
  /** Tokens in each slot; 0 where nothing useful lies. */
  readonly #lengths: number[]

  constructor (options: PromptsOptions) {
    const { session, sizes, slots, memory } = options
    this.#options = options
    this.#blocks = new SlotBlocks({ tensor: slotTensorOf(session.outputs, 'key_0'), layers: sizes.layers, slots, memory })
    this.#lengths = new Array<number>(slots).fill(0)
  }

  /** All slots as the unmasking graph takes them: `prompt_key_l`, `prompt_value_l` [S, H, P, d]. */
  get all (): Map<string, Value> {
    return withPrefix('prompt_', this.#blocks.values(0, this.#options.slots))
  }

  /** Runs prefixes into their slots; no two rows have the same. */
  async fill (rows: readonly PromptRow[], run: Run): Promise<RowResults['prompt'][]> {
    return await eachInLanes(rows, this.#options.lanes, (row) => this.#fill(row, run))
  }

  async #fill ({ promptSlot, tokenIds }: PromptRow, run: Run): Promise<RowResults['prompt']> {
    const { session, sizes, pad } = this.#options
    const batch = this.#batches.get([promptSlot], () => new Batch(session, { sizes: { B: 1 }, outputs: this.#blocks.values(promptSlot, 1) }))
    const tokens = batch.int64s('token_ids')
    tokens.set(tokenIds)
    tokens.fill(pad, tokenIds.length, sizes.promptCapacity)
    batch.int64s('lengths').set([tokenIds.length])
    this.#lengths[promptSlot] = 0
    await run(batch)
    this.#lengths[promptSlot] = tokenIds.length
    return { routing: readRouting(batch, 0, sizes, 'text') }
  }

  /** Tokens of the prefix in a slot. @throws runtime_misused when none is there */
  length (slot: number): number {
    const length = this.#lengths[slot] ?? 0
    if (length === 0) throw codedError('runtime_misused', [`prompt slot ${slot} holds no prefix`])
    return length
  }

  dispose (): void {
    this.#batches.dispose()
    this.#blocks.dispose()
  }
}
