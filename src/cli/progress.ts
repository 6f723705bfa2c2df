import type { Terminal } from './terminal.js'

const BAR_WIDTH = 24

/**
 * Shows how far something is: a bar on a terminal. Where nobody watches, a run over many pictures says a plain line at each quarter, so that its log stays short, and what takes seconds says nothing.
 */
export class Progress {
  readonly #terminal: Terminal
  readonly #what: string
  readonly #unwatched: 'quarters' | 'silent'
  #quarter = 0

  constructor (terminal: Terminal, what: string, unwatched: 'quarters' | 'silent' = 'silent') {
    this.#terminal = terminal
    this.#what = what
    this.#unwatched = unwatched
  }

  /** Something has begun whose length nobody knows. */
  begin (): void {
    if (this.#terminal.isInteractive) this.#terminal.show(`${this.#what} …`)
  }

  /** So much of it is done. */
  report (done: number, total: number, unit: string): void {
    const count = `${done}/${total} ${unit}`
    if (this.#terminal.isInteractive) {
      this.#terminal.show(`${this.#what} ${bar(done / total)} ${count}`)
      return
    }
    if (this.#unwatched === 'silent') return
    const quarter = Math.floor(4 * done / total)
    if (quarter > this.#quarter) this.#terminal.tell(`${this.#what} ${count}`)
    this.#quarter = Math.max(this.#quarter, quarter)
  }

  /** It is over: the bar goes away. */
  end (): void {
    if (this.#terminal.isInteractive) this.#terminal.show('')
  }
}

function bar (share: number): string {
  const filled = Math.round(BAR_WIDTH * Math.min(1, Math.max(0, share)))
  return `[${'█'.repeat(filled)}${'·'.repeat(BAR_WIDTH - filled)}]`
}
