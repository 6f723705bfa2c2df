/** Whose work it is, and how large a part of the engine it may have beside others that wait too. */
export interface Share {
  name: string
  /** Above 0; somebody with twice the weight gets twice the work done. */
  weight: number
}

/** Work of nobody in particular. */
export const COMMON_SHARE: Share = { name: '', weight: 1 }

/**
 * Start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996): whose work begins next, so that everybody who waits gets work done in proportion to the weights.
 *
 * Virtual time is the start of what began last. Each holder's next work starts where its last one ended, cost ÷ weight later, but not in the past: who was away begins level with
 * the others and cannot claim what it did not use. Between two holders that both have work waiting, the work done ÷ weight never differs by more than one piece of work of each.
 */
export class FairShare {
  #now = 0
  readonly #ends = new Map<string, number>()

  /** Virtual start of a holder's next work: the smallest goes first. */
  startOf (name: string): number {
    return Math.max(this.#now, this.#ends.get(name) ?? 0)
  }

  /** Takes in that work has begun. */
  begin ({ name, weight }: Share, cost: number): void {
    this.#now = this.startOf(name)
    this.#ends.set(name, this.#now + cost / weight)
  }

  /** Nobody waits any more: the past is forgotten, and with it the names. */
  forget (): void {
    this.#now = 0
    this.#ends.clear()
  }
}
