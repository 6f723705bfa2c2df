import { codedError } from '../../common/errors.js'
import type { Batch } from '../../runtime/batch.js'
import { RunOptions } from '../../runtime/run-options.js'

/** Runs one of a plan's batches. @throws run_terminated when the plan's signal was aborted */
export type Run = (batch: Batch) => Promise<void>

/** Runs the batches of one plan after the other; its signal stops the run under way and keeps the next from beginning. */
export class PlanRunner {
  readonly #options = new RunOptions()

  async run<T> (signal: AbortSignal | undefined, work: (run: Run) => Promise<T>): Promise<T> {
    const stop = (): void => { this.#options.terminate() }
    signal?.addEventListener('abort', stop)
    try {
      return await work(async (batch) => {
        if (signal?.aborted === true) throw codedError('run_terminated', [])
        await batch.run(this.#options)
      })
    } finally {
      signal?.removeEventListener('abort', stop)
      this.#options.reset()
    }
  }

  dispose (): void {
    this.#options.dispose()
  }
}
