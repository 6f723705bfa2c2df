import { setTimeout as sleep } from 'node:timers/promises'
import { ServerRefusal } from './server.js'
import type { Terminal } from './terminal.js'

/** A server that has put one request off for so long is not busy but broken. */
const LONGEST_WAIT_MS = 600_000
/** A proxy may say "at once" again and again: it would be asked without end, and without a pause. */
const SHORTEST_WAIT_MS = 500

/** A run over many that waits where a server says "later": a full queue, a limit on requests, a model that loads. */
export class Patience {
  readonly #terminal: Terminal
  #waitedMs = 0

  constructor (terminal: Terminal) {
    this.#terminal = terminal
  }

  /**
   * Asks until there is an answer, each time after the wait that the server advised. The first wait of a run is told, so that a log stays short; on a terminal each one is shown.
   *
   * @throws what asking throws where waiting does not help, or not within ten minutes
   */
  async ask<T> (once: () => Promise<T>): Promise<T> {
    for (let ownMs = 0; ;) {
      try {
        return await once()
      } catch (error) {
        if (!(error instanceof ServerRefusal) || error.retryAfterMs === undefined) throw error
        const waitMs = Math.max(SHORTEST_WAIT_MS, error.retryAfterMs)
        if (ownMs + waitMs > LONGEST_WAIT_MS) throw error
        this.#tell(error.message, waitMs)
        await sleep(waitMs)
        ownMs += waitMs
        this.#waitedMs += waitMs
      }
    }
  }

  /** The run is over. */
  end (): void {
    if (this.#waitedMs > 0) this.#terminal.tell(`waited ${inSeconds(this.#waitedMs)} in all, as the server asked`)
  }

  #tell (said: string, ms: number): void {
    if (this.#terminal.isInteractive) this.#terminal.show(`${said} Asking again in ${inSeconds(ms)} …`)
    else if (this.#waitedMs === 0) this.#terminal.tell(`${said} Asking again in ${inSeconds(ms)}, and later as often as it says so`)
  }
}

function inSeconds (ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
}
