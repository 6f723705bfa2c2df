interface PromptSlot {
  slot: number
  /** Name of the prefix in it; undefined when it has never held one. */
  key: string | undefined
  isFilled: boolean
  /** Sequences that read it. */
  references: number
  /** Larger is more recent. */
  usedAt: number
}

/** How the slots are used, for the gauge. `cached` ones hold a prefix that nobody reads now. */
export interface SlotUse { free: number, used: number, cached: number }

/**
 * Slots of text prefixes, shared by name: any number of sequences read the same one, and a prompt asked for again is found.
 *
 * A slot that nobody reads keeps its prefix until another needs the place; the one that was unused longest goes first.
 */
export class PromptSlots {
  readonly #slots: PromptSlot[]
  #uses = 0

  constructor (capacity: number) {
    this.#slots = Array.from({ length: capacity }, (_, slot) => ({ slot, key: undefined, isFilled: false, references: 0, usedAt: 0 }))
  }

  /** Takes a place for each name, or for none of them when there are not enough. The same name twice takes one place. */
  acquire (keys: readonly string[]): 'acquired' | 'no-place' {
    const missing = [...new Set(keys)].filter((key) => this.#find(key) === undefined)
    const isKept = (entry: PromptSlot): boolean => entry.references > 0 || (entry.key !== undefined && keys.includes(entry.key))
    const places = this.#slots.filter((entry) => !isKept(entry)).sort((a, b) => a.usedAt - b.usedAt)
    if (places.length < missing.length) return 'no-place'
    missing.forEach((key, index) => { Object.assign(places[index] ?? {}, { key, isFilled: false }) })
    for (const key of keys) {
      const entry = this.#require(key)
      entry.references++
      entry.usedAt = ++this.#uses
    }
    return 'acquired'
  }

  /** Gives back what `acquire` took. A prefix that was never computed leaves its place empty. */
  release (keys: readonly string[]): void {
    for (const key of keys) {
      const entry = this.#require(key)
      entry.references--
      if (entry.references === 0 && !entry.isFilled) Object.assign(entry, { key: undefined, usedAt: 0 })
    }
  }

  slotOf (key: string): number {
    return this.#require(key).slot
  }

  isFilled (key: string): boolean {
    return this.#require(key).isFilled
  }

  /** The prefix is there. One whose readers have all left meanwhile is kept as well. */
  fill (key: string): void {
    const entry = this.#find(key)
    if (entry !== undefined) entry.isFilled = true
  }

  get use (): SlotUse {
    const used = this.#slots.filter((entry) => entry.references > 0).length
    const cached = this.#slots.filter((entry) => entry.references === 0 && entry.key !== undefined).length
    return { used, cached, free: this.#slots.length - used - cached }
  }

  /** Name and readers of each slot, for the invariants. */
  get snapshot (): { key: string | undefined, references: number }[] {
    return this.#slots.map(({ key, references }) => ({ key, references }))
  }

  #find (key: string): PromptSlot | undefined {
    return this.#slots.find((entry) => entry.key === key)
  }

  #require (key: string): PromptSlot {
    const entry = this.#find(key)
    if (entry === undefined) throw new Error(`no slot holds the prompt ${key}`)
    return entry
  }
}
