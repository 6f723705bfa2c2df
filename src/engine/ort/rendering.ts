import { Batch } from '../../runtime/batch.js'
import type { Session } from '../../runtime/session.js'
import type { RenderRow, RowResults } from '../executor.js'
import { BatchCache } from './batch-cache.js'
import type { Run } from './plan-run.js'

/** Codes to pixels. */
export class Rendering {
  readonly #session: Session
  readonly #batches = new BatchCache()

  constructor (session: Session) {
    this.#session = session
  }

  async render (rows: readonly RenderRow[], run: Run): Promise<RowResults['render'][]> {
    const batch = this.#batches.get([rows.length], () => new Batch(this.#session, { sizes: { B: rows.length } }))
    rows.forEach(({ codeIds }, row) => { batch.int64s('code_ids').set(codeIds, row * codeIds.length) })
    await run(batch)
    const pixels = batch.bytes('pixels')
    const width = pixels.length / rows.length
    return rows.map((_, row) => ({ rgb: pixels.slice(row * width, (row + 1) * width) }))
  }

  dispose (): void {
    this.#batches.dispose()
  }
}
