import { Batch } from '../../runtime/batch.js'
import type { Session } from '../../runtime/session.js'
import type { RenderRow, RowResults } from '../executor.js'
import { BatchCache } from './batch-cache.js'
import { divide } from './lanes.js'
import type { Run } from './plan-run.js'

/** Codes to pixels, pictures divided among lanes. */
export class Rendering {
  readonly #session: Session
  readonly #lanes: number
  readonly #batches = new BatchCache()

  constructor (session: Session, lanes: number) {
    this.#session = session
    this.#lanes = lanes
  }

  async render (rows: readonly RenderRow[], run: Run): Promise<RowResults['render'][]> {
    const batches = divide(rows, this.#lanes).map(({ index, rows: own }) => {
      const batch = this.#batches.get([index, own.length], () => new Batch(this.#session, { sizes: { B: own.length } }))
      own.forEach(({ codeIds }, row) => { batch.int64s('code_ids').set(codeIds, row * codeIds.length) })
      return { own, pixels: batch.bytes('pixels'), batch }
    })
    await run(...batches.map(({ batch }) => batch))
    return batches.flatMap(({ own, pixels }) => {
      const width = pixels.length / own.length
      return own.map((_, row) => ({ rgb: pixels.slice(row * width, (row + 1) * width) }))
    })
  }

  dispose (): void {
    this.#batches.dispose()
  }
}
