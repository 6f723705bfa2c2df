import { codedError } from '../common/errors.js'
import type { EngineState } from '../engine/client.js'
import type { ServedModel } from './served-model.js'

/** The models of a server by their names. */
export class ServedModels {
  readonly all: readonly ServedModel[]
  /** Who does not say which model is meant means this one. */
  readonly first: ServedModel

  constructor (first: ServedModel, others: readonly ServedModel[] = []) {
    this.first = first
    this.all = [first, ...others]
  }

  /** @throws model_not_found */
  get (name: string): ServedModel {
    const found = this.all.find((model) => model.name === name)
    if (found === undefined) throw codedError('model_not_found', [name, this.names.join(', ')])
    return found
  }

  /** Ready when all of them are; else what the first says that is not. */
  get state (): EngineState {
    return this.all.map(({ backend }) => backend.engine.state()).find((state) => state !== 'ready') ?? 'ready'
  }

  /** Requests that were taken and not answered yet. */
  get inFlight (): number {
    return this.all.reduce((sum, model) => sum + model.inFlight, 0)
  }

  /** Waits until no request is in flight. */
  async whenEmpty (): Promise<void> {
    await Promise.all(this.all.map(async (model) => { await model.whenEmpty() }))
  }

  get names (): string[] {
    return this.all.map(({ name }) => name)
  }
}
