import type { SlotMove, SlotRow } from './step.js'

/**
 * Slots of texts being written. They are kept neighbours from slot 0 on, because a decode step takes its rows from one stretch of the cache (docs/adr/0003):
 * when a text ends, the last one moves into its place.
 */
export class DecodeSlots {
  readonly #capacity: number
  readonly #ids: string[] = []

  constructor (capacity: number) {
    this.#capacity = capacity
  }

  get used (): number {
    return this.#ids.length
  }

  get free (): number {
    return this.#capacity - this.#ids.length
  }

  /** Takes the next slot. */
  add (id: string): number {
    if (this.free === 0) throw new Error(`no decode slot is free for ${id}`)
    return this.#ids.push(id) - 1
  }

  /** Gives a slot back; answers the move that closes the gap, if there is one. A text without a slot changes nothing. */
  remove (id: string): SlotMove[] {
    const slot = this.#ids.indexOf(id)
    if (slot < 0) return []
    const last = this.#ids.pop()
    if (last === undefined || last === id) return []
    this.#ids[slot] = last
    return [{ id: last, from: this.#ids.length, to: slot }]
  }

  /** Up to `limit` neighbours around a text: from it upwards, then downwards. Those that `mayJoin` refuses end the stretch. */
  around (id: string, limit: number, mayJoin: (id: string) => boolean): SlotRow[] {
    const start = this.#ids.indexOf(id)
    if (start < 0) throw new Error(`${id} has no decode slot`)
    let [low, high] = [start, start + 1]
    while (high - low < limit && high < this.#ids.length && mayJoin(this.#at(high))) high++
    while (high - low < limit && low > 0 && mayJoin(this.#at(low - 1))) low--
    return this.#ids.slice(low, high).map((row, index) => ({ id: row, slot: low + index }))
  }

  /** Who is in each used slot. */
  get snapshot (): readonly string[] {
    return [...this.#ids]
  }

  #at (slot: number): string {
    return this.#ids[slot] ?? ''
  }
}
