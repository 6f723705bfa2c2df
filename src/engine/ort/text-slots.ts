import { codedError } from '../../common/errors.js'
import { ELEMENT_TYPES } from '../../runtime/element-types.js'
import type { SlotCopier, SlotShape } from '../../runtime/slot-copier.js'
import type { Value } from '../../runtime/value.js'
import type { PicturePrefix } from '../executor.js'
import { HostPicturePrefix } from './pictures.js'
import { SlotBlocks, type SlotBlocksOptions, type SlotTensor } from './slot-blocks.js'

/** Slots of texts being written: a picture's keys and values, and behind them those of the text. */
export class TextSlots {
  readonly #blocks: SlotBlocks
  readonly #copier: SlotCopier

  /** @param copier becomes its own */
  constructor (options: SlotBlocksOptions, copier: SlotCopier) {
    this.#blocks = new SlotBlocks(options)
    this.#copier = copier
  }

  /** Neighbouring slots as tensors [count, H, M, d]. */
  values (first: number, count: number): ReadonlyMap<string, Value> {
    return this.#blocks.values(first, count)
  }

  /** @throws runtime_misused for a prefix that this model has not made */
  load (slot: number, prefix: PicturePrefix): void {
    if (!(prefix instanceof HostPicturePrefix)) throw codedError('runtime_misused', ['a picture prefix of another executor is loaded'])
    for (const [name, block] of this.#blocks.blocks) this.#copier.load(prefix.part(name), { block, slot })
  }

  move (from: number, to: number, length: number): void {
    for (const block of this.#blocks.blocks.values()) this.#copier.move({ block, slot: from }, to, length)
  }

  dispose (): void {
    this.#copier.dispose()
    this.#blocks.dispose()
  }
}

/** What the copier has to know of slots and of the picture prefixes that go into them. */
export function slotShape (slot: SlotTensor, prefix: SlotTensor): SlotShape {
  return {
    heads: slot.heads,
    prefixPositions: prefix.positions,
    slotPositions: slot.positions,
    positionBytes: slot.headWidth * ELEMENT_TYPES[slot.type].bytes
  }
}
