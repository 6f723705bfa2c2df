interface CacheEntry { bytes: number }

/**
 * Which pictures are kept, bounded in bytes, the one that was unused longest leaving first. The values lie elsewhere.
 *
 * Pinned ones never leave, so the bound can be passed by what is being used at the moment: at most one entry for each running text.
 */
export class PrefixCache {
  readonly #maxBytes: number
  /** In order of use, the latest last. */
  readonly #entries = new Map<string, CacheEntry>()
  readonly #pins = new Map<string, number>()
  #bytes = 0

  constructor (maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes (): number {
    return this.#bytes
  }

  has (key: string): boolean {
    return this.#entries.has(key)
  }

  /** Keeps an entry, made already or still to be made. Each pin is taken off by one `unpin`. */
  pin (key: string): void {
    this.#pins.set(key, this.pins(key) + 1)
  }

  /** Answers the names that leave the cache. */
  unpin (key: string): string[] {
    const left = this.pins(key) - 1
    if (left < 0) throw new Error(`${key} is not pinned`)
    if (left > 0) this.#pins.set(key, left)
    else this.#pins.delete(key)
    return this.#evict()
  }

  pins (key: string): number {
    return this.#pins.get(key) ?? 0
  }

  /** Adds an entry, or notes its use. Answers the names that leave the cache: its own among them, if nobody has pinned it and it does not fit. */
  add (key: string, bytes: number): string[] {
    this.#drop(key)
    this.#entries.set(key, { bytes })
    this.#bytes += bytes
    return this.#evict()
  }

  /** Notes a use. */
  touch (key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#entries.set(key, entry)
  }

  #evict (): string[] {
    const gone: string[] = []
    for (const key of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break
      if (this.pins(key) === 0) gone.push(key)
      if (this.pins(key) === 0) this.#drop(key)
    }
    return gone
  }

  #drop (key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0
    this.#entries.delete(key)
  }
}
