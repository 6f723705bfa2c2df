import type { PassRouting } from './executor.js'
import type { ExpertUse } from './expert-use.js'
import type { ExpertGroup } from './parameters.js'

/** Sizes of the counts. */
export interface ExpertSizes { layers: number, routedExperts: number, sequenceExperts: number }

/** Adds up the routing of passes, for one who wants to know it by layer. */
export class ExpertTally {
  readonly #group: ExpertGroup
  readonly #sizes: ExpertSizes
  readonly #tokenChoices: Float64Array
  readonly #sequencePasses: Float64Array
  #picturePasses = 0

  constructor (group: ExpertGroup, sizes: ExpertSizes) {
    this.#group = group
    this.#sizes = sizes
    this.#tokenChoices = new Float64Array(sizes.layers * sizes.routedExperts)
    this.#sequencePasses = new Float64Array(sizes.layers * sizes.sequenceExperts)
  }

  /** A pass of one row. */
  add ({ tokenExperts, sequenceExperts }: PassRouting): void {
    addTo(this.#tokenChoices, tokenExperts)
    if (sequenceExperts === undefined) return
    this.#picturePasses++
    addTo(this.#sequencePasses, sequenceExperts)
  }

  get use (): ExpertUse {
    const { layers } = this.#sizes
    return { group: this.#group, picturePasses: this.#picturePasses, tokenChoices: byLayer(this.#tokenChoices, layers), sequencePasses: byLayer(this.#sequencePasses, layers) }
  }
}

function addTo (sums: Float64Array, counts: Int32Array): void {
  counts.forEach((count, index) => { sums[index] = (sums[index] ?? 0) + count })
}

/** Counts [layers × experts] as [layers][experts]. */
export function byLayer (counts: Int32Array | Float64Array, layers: number): number[][] {
  const width = counts.length / layers
  return Array.from({ length: layers }, (_, layer) => [...counts.subarray(layer * width, (layer + 1) * width)])
}
