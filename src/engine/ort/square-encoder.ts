import type { EncoderInput } from '../../artifacts/manifest.js'
import { Batch } from '../../runtime/batch.js'
import type { Session } from '../../runtime/session.js'
import { BatchCache } from './batch-cache.js'
import { eachInLanes } from './lanes.js'
import { PixelNormaliser } from './pixels.js'
import type { Run } from './plan-run.js'

export interface SquareEncoderOptions<T> {
  session: Session
  input: EncoderInput
  /** Runs at once, where the graph takes one picture. */
  lanes: number
  /** One row's result out of a batch of so many. */
  read: (batch: Batch, row: number, rows: number) => T
}

/** A graph over squares: all rows in one run, or a run for each where the graph takes one picture, as published encoders do. */
export class SquareEncoder<T> {
  readonly #options: SquareEncoderOptions<T>
  readonly #normaliser: PixelNormaliser
  readonly #takesOne: boolean
  readonly #batches = new BatchCache()

  constructor (options: SquareEncoderOptions<T>) {
    this.#options = options
    this.#normaliser = new PixelNormaliser(options.input)
    this.#takesOne = options.session.inputs[0]?.dims[0] === 1
  }

  async encode (squares: readonly Uint8Array[], run: Run): Promise<T[]> {
    const { lanes, read } = this.#options
    if (this.#takesOne) return await eachInLanes(squares, lanes, async (square, lane) => await this.encodeOne(square, lane, run))
    const batch = this.#filled(squares, 0)
    await run(batch)
    return squares.map((_, row) => read(batch, row, squares.length))
  }

  /** One square in a lane of the caller's. */
  async encodeOne (square: Uint8Array, lane: number, run: Run): Promise<T> {
    const batch = this.#filled([square], lane)
    await run(batch)
    return this.#options.read(batch, 0, 1)
  }

  dispose (): void {
    this.#batches.dispose()
  }

  #filled (squares: readonly Uint8Array[], lane: number): Batch {
    const rows = squares.length
    const batch = this.#batches.get([lane, rows], () => new Batch(this.#options.session, { sizes: { B: rows } }))
    const planes = batch.floats('pixels')
    squares.forEach((square, row) => { this.#normaliser.write(square, planes, row * this.#normaliser.bytes) })
    return batch
  }
}

/** A copy of one row of [B, width]. */
export function rowOf (values: Float32Array, row: number, rows: number): Float32Array {
  const width = values.length / rows
  return values.slice(row * width, (row + 1) * width)
}
