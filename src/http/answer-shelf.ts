import type { Clock } from '../common/clock.js'

/** An answer as it was sent. */
export interface KeptAnswer { status: number, headers: Record<string, string>, body: Buffer }

/** What is to be done with a request that names itself. */
export type Turn =
  /** It is the first of its name: `keep` takes its answer, or undefined when there is none to keep. Only the first call counts. */
  | { outcome: 'first', keep: (answer: KeptAnswer | undefined) => void }
  /** The same is being answered or has been; undefined when nothing was kept and somebody has to go first again. */
  | { outcome: 'again', answer: Promise<KeptAnswer | undefined> }
  /** The name was another request's. */
  | { outcome: 'other' }

export interface ShelfOptions {
  /** How long answers are kept. */
  windowMs: number
  maxEntries: number
  maxBytes: number
  clock: Clock
}

interface Entry { fingerprint: string, answer: Promise<KeptAnswer | undefined>, kept: { bytes: number, until: number } | undefined }

/** Answers by the name and the content of their requests, for requests that are sent again. Bounded in number, bytes and time; the oldest leave first. */
export class AnswerShelf {
  readonly #options: ShelfOptions
  /** Those that are there, the last to be kept last. */
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  constructor (options: ShelfOptions) {
    this.#options = options
  }

  get bytes (): number {
    return this.#bytes
  }

  get entries (): number {
    return this.#entries.size
  }

  /**
   * @param name of the request: unique among callers too
   * @param fingerprint of all that decides about its answer
   */
  take (name: string, fingerprint: string): Turn {
    this.#expire()
    const entry = this.#entries.get(name)
    if (entry !== undefined) return entry.fingerprint === fingerprint ? { outcome: 'again', answer: entry.answer } : { outcome: 'other' }
    let tell = (_answer: KeptAnswer | undefined): void => {}
    const created: Entry = { fingerprint, answer: new Promise((resolve) => { tell = resolve }), kept: undefined }
    this.#entries.set(name, created)
    let isOpen = true
    const keep = (answer: KeptAnswer | undefined): void => {
      if (!isOpen) return
      isOpen = false
      this.#entries.delete(name)
      if (answer !== undefined) this.#put(name, created, answer.body.length)
      tell(answer)
    }
    return { outcome: 'first', keep }
  }

  #put (name: string, entry: Entry, bytes: number): void {
    const { windowMs, maxBytes, maxEntries, clock } = this.#options
    if (bytes > maxBytes) return
    entry.kept = { bytes, until: clock.now() + windowMs }
    this.#entries.set(name, entry)
    this.#bytes += bytes
    for (const [oldest, { kept }] of this.#entries) {
      if (this.#bytes <= maxBytes && this.#entries.size <= maxEntries) break
      if (kept !== undefined) this.#drop(oldest, kept.bytes)
    }
  }

  #expire (): void {
    const now = this.#options.clock.now()
    for (const [name, { kept }] of this.#entries) if (kept !== undefined && kept.until <= now) this.#drop(name, kept.bytes)
  }

  #drop (name: string, bytes: number): void {
    this.#entries.delete(name)
    this.#bytes -= bytes
  }
}
