/** Lets at most `places` tasks run at a time; the others wait in order of arrival. */
export class Semaphore {
  #free: number
  readonly #waiting: Array<() => void> = []

  constructor (places: number) {
    this.#free = places
  }

  /** Runs a task when there is a place for it. */
  async run<T> (task: () => Promise<T>): Promise<T> {
    await this.#acquire()
    try {
      return await task()
    } finally {
      this.#release()
    }
  }

  async #acquire (): Promise<void> {
    if (this.#free > 0) {
      this.#free--
      return
    }
    await new Promise<void>((resolve) => { this.#waiting.push(resolve) })
  }

  /** Hands the place to the next in line, if any, so that nobody can jump the queue in between. */
  #release (): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
