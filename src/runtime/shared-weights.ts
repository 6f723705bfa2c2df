import { codedError } from '../common/errors.js'
import { Handle } from './handle.js'
import { create } from './ort-api.js'
import type { Value } from './value.js'

/**
 * Weights that several sessions use, with the forms that ONNX Runtime packs them into.
 *
 * Both the same values and the one container are needed: with either alone every session keeps a copy of its own (docs/adr/0005).
 */
export class SharedWeights extends Handle {
  readonly #values: ReadonlyMap<string, Value>

  /** @param values become the container's own: they are released with it */
  constructor (values: ReadonlyMap<string, Value>) {
    super(create('CreatePrepackedWeightsContainer'), 'ReleasePrepackedWeightsContainer', [...values.values()])
    this.#values = values
  }

  /** @throws runtime_misused when there is no weight of the name */
  value (name: string): Value {
    const value = this.#values.get(name)
    if (value === undefined) throw codedError('runtime_misused', [`there is no shared weight ${name}`])
    return value
  }

  /** Releases the container and the values. */
  override dispose (): void {
    super.dispose()
    for (const value of this.#values.values()) value.dispose()
  }
}
