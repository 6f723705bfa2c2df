import { type ElementType, tensorBytes } from '../../runtime/element-types.js'
import type { Block, Memory } from '../../runtime/memory.js'
import { Value } from '../../runtime/value.js'

export interface RowViewsOptions {
  type: ElementType
  /** Shape of one row. */
  dims: readonly number[]
  rows: number
  memory: Memory
}

/** Rows of one shape under each other in a block, seen as tensors of some neighbouring ones. Nothing is copied; each view is made once. */
export class RowViews {
  readonly block: Block
  readonly #options: RowViewsOptions
  /** By first row and shape. */
  readonly #views = new Map<string, Value>()

  /** @throws engine_out_of_memory */
  constructor (options: RowViewsOptions) {
    this.#options = options
    this.block = options.memory.allocate(options.rows * this.#rowBytes)
  }

  /**
   * Rows `first` to `first + count − 1`.
   *
   * @param shape another shape of as many elements, where a graph wants one
   * @throws runtime_misused when they are not all within the block
   */
  view (first: number, count: number, shape: readonly number[] = [count, ...this.#options.dims]): Value {
    const key = `${first} ${shape.join(' ')}`
    const view = this.#views.get(key) ?? new Value(this.#options.type, shape, this.block.part(first * this.#rowBytes, count * this.#rowBytes))
    this.#views.set(key, view)
    return view
  }

  /** Releases the views; whoever gave the memory gives it back. */
  dispose (): void {
    for (const view of this.#views.values()) view.dispose()
  }

  get #rowBytes (): number {
    return tensorBytes(this.#options.type, this.#options.dims)
  }
}
