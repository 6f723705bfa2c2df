import { Handle } from './handle.js'
import { call, create } from './ort-api.js'

/** The way to stop a run from outside. One instance for each run in flight. */
export class RunOptions extends Handle {
  constructor () {
    super(create('CreateRunOptions'), 'ReleaseRunOptions')
  }

  /** Stops the run at the end of the operator it is in; it rejects with `run_terminated`. Sessions stay usable. */
  terminate (): void {
    call('RunOptionsSetTerminate', this.pointer)
  }

  /** Makes it ready for another run. */
  reset (): void {
    call('RunOptionsUnsetTerminate', this.pointer)
  }
}
