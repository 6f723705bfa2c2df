import { Handle } from './handle.js'
import { create } from './ort-api.js'
import type { Value } from './value.js'

/**
 * Weights that several sessions use, with the forms that ONNX Runtime packs them into.
 *
 * Both the same values and the one container are needed: with either alone every session keeps a copy of its own (docs/adr/0005).
 */
export class SharedWeights extends Handle {
  readonly values: ReadonlyMap<string, Value>

  constructor (values: ReadonlyMap<string, Value>) {
    super(create('CreatePrepackedWeightsContainer'), 'ReleasePrepackedWeightsContainer', [...values.values()])
    this.values = values
  }

  /** Releases the container and the values. */
  override dispose (): void {
    super.dispose()
    for (const value of this.values.values()) value.dispose()
  }
}
