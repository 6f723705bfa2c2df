import { codedError } from '../../common/errors.js'
import type { Batch } from '../../runtime/batch.js'
import { RunOptions } from '../../runtime/run-options.js'
import { allEnded } from './lanes.js'

/** Runs batches of a plan at the same time and waits for all of them. @throws run_terminated when the plan's signal was aborted */
export type Run = (...batches: Batch[]) => Promise<void>

/** Runs the batches of one plan; its signal stops the runs under way and keeps the next from beginning. */
export class PlanRunner {
  readonly #options = new RunOptions()

  async run<T> (signal: AbortSignal | undefined, work: (run: Run) => Promise<T>): Promise<T> {
    const stop = (): void => { this.#options.terminate() }
    signal?.addEventListener('abort', stop)
    try {
      return await work(async (...batches) => {
        if (signal?.aborted === true) throw codedError('run_terminated', [])
        await allEnded(batches.map((batch) => batch.run(this.#options)))
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
