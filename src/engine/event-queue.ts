/** A queue with one reader: events wait for it, or it waits for them. */
export class EventQueue<T> {
  readonly #events: T[] = []
  #end: { error?: unknown } | undefined
  #wake: (() => void) | undefined

  /** Adds an event; after the end nothing is added. */
  push (event: T): void {
    if (this.#end !== undefined) return
    this.#events.push(event)
    this.#wake?.()
  }

  /** No more events; those that wait are still read. */
  close (): void {
    this.#finish({})
  }

  /** No more events, and the reader throws `error` at once: what waited is dropped. */
  fail (error: unknown): void {
    this.#finish({ error })
  }

  /** Events in order until the end. */
  async * read (): AsyncGenerator<T, void, undefined> {
    while (true) {
      if (this.#end !== undefined && 'error' in this.#end) throw this.#end.error
      const event = this.#events.shift()
      if (event !== undefined) {
        yield event
        continue
      }
      if (this.#end !== undefined) return
      await new Promise<void>((resolve) => { this.#wake = resolve })
      this.#wake = undefined
    }
  }

  #finish (end: { error?: unknown }): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#wake?.()
  }
}
