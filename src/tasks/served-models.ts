import { codedError } from '../common/errors.js'
import type { EngineState } from '../engine/client.js'
import type { DoorMetrics } from '../telemetry/metrics.js'
import { createServerMetrics, scrape, type ServerMetrics } from '../telemetry/server-metrics.js'
import type { AdmissionQueue } from './admission.js'
import type { LoadedParts } from './backend.js'
import { createLobby } from './lobby.js'
import { ServedModel, type ServedModelOptions } from './served-model.js'

export interface ServedModelsOptions extends Omit<ServedModelOptions, 'label'> {
  /** Jobs by state, for the metrics. */
  jobs: () => Readonly<Record<string, number>>
}

/** The models of a server by their names. */
export class ServedModels {
  readonly all: readonly ServedModel[]
  /** Who does not say which model is meant means this one. */
  readonly first: ServedModel
  /** The one model; undefined where there are several, and a request has to be read before it is known which it asks. */
  readonly only: ServedModel | undefined
  /** Requests that have not said which of several models they ask. */
  readonly lobby: AdmissionQueue
  readonly #metrics: ServerMetrics

  /** @throws models_share_name */
  constructor ([first, ...others]: readonly [LoadedParts, ...LoadedParts[]], { jobs, ...options }: ServedModelsOptions) {
    const label = others.length === 0 ? 'none' : 'name'
    this.lobby = createLobby({ maxRequests: options.queue.maxRequests, callers: options.callers })
    this.#metrics = createServerMetrics({ jobs, ...(label === 'none' ? {} : { unnamed: () => this.lobby.inFlight }) })
    this.first = new ServedModel(first, { ...options, label })
    this.all = [this.first, ...others.map((parts) => new ServedModel(parts, { ...options, label }))]
    this.only = others.length === 0 ? this.first : undefined
    const twice = this.names.find((name, index) => this.names.indexOf(name) !== index)
    if (twice !== undefined) throw codedError('models_share_name', [twice])
  }

  /** @throws model_not_found */
  get (name: string): ServedModel {
    const found = this.all.find((model) => model.name === name)
    if (found === undefined) throw codedError('model_not_found', [name, this.names.join(', ')])
    return found
  }

  /** Ready when all of them are; else what the first says that is not. */
  get state (): EngineState {
    return this.all.map(({ state }) => state).find((state) => state !== 'ready') ?? 'ready'
  }

  /** Requests that wait for the engines of the models to begin. */
  get waiting (): number {
    return this.all.reduce((sum, { waiting }) => sum + waiting, 0)
  }

  /** Requests that were taken and not answered yet. */
  get inFlight (): number {
    return this.all.reduce((sum, model) => sum + model.inFlight, this.lobby.inFlight)
  }

  /** Waits until no request is in flight. */
  async whenEmpty (): Promise<void> {
    // Once is not enough: meanwhile a request may have come out of the lobby.
    while (this.inFlight > 0) await Promise.all([this.lobby, ...this.all].map(async (place) => { await place.whenEmpty() }))
  }

  /** When it is worth asking again, in milliseconds, where it is not known which model is meant: as soon as one of them has a place. */
  get retryAfterMs (): number {
    return Math.min(...this.all.map(({ backend }) => backend.admission.retryAfterMs))
  }

  get names (): string[] {
    return this.all.map(({ name }) => name)
  }

  /** Counts requests of which nobody knows yet which model they ask. */
  get doorMetrics (): DoorMetrics {
    return this.#metrics.door ?? this.first.metrics
  }

  /** All metrics as Prometheus text; of several models each series says in the label `model` which one it is about. */
  async scrape (): Promise<string> {
    return await scrape([...this.all.map(({ metrics: { registry } }) => registry), this.#metrics.registry])
  }
}
