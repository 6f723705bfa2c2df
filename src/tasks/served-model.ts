import type { TaskName } from '../engine/protocol.js'
import { createMetrics, type Metrics, type MetricsOptions } from '../telemetry/metrics.js'
import { type Backend, type BackendOptions, createBackend, type LoadedParts } from './backend.js'
import { modelParameters } from './model-parameters.js'
import type { LayerDetail } from './record-engine-stats.js'
import { watchEngine } from './watch-engine.js'

export interface ServedModelOptions extends Omit<BackendOptions, 'metrics'> {
  /** What its metrics are told besides the model. */
  metrics: Pick<MetricsOptions, 'policyCategories' | 'queueLimits'> & { jobs?: () => Readonly<Record<string, number>> }
  layers: LayerDetail
}

/** A name under which a model is served. The backend behind it may change; the name and the counters stay. */
export class ServedModel {
  readonly name: string
  readonly metrics: Metrics
  readonly #options: ServedModelOptions
  #backend: Backend

  constructor (parts: LoadedParts, options: ServedModelOptions) {
    const { manifest } = parts.model
    const { metrics: { jobs, ...told } } = options
    this.name = manifest.name
    this.#options = options
    const live = { waiting: () => this.waiting, running: () => this.running, ...(jobs === undefined ? {} : { jobs }) }
    this.metrics = createMetrics({ ...modelParameters(manifest), ...told, live })
    this.#backend = this.#create(parts)
    watchEngine(parts.engine, this.metrics, options.layers)
  }

  /** What answers the requests that come now. */
  get backend (): Backend {
    return this.#backend
  }

  /** Requests that wait for its engine to begin. */
  get waiting (): number {
    return this.#backend.admission.waiting
  }

  /** Requests that its engine works on, by task. */
  get running (): Record<TaskName, number> {
    return this.#backend.admission.running
  }

  /** Requests that it has taken and not answered yet. */
  get inFlight (): number {
    return this.#backend.admission.inFlight
  }

  /** Waits until no request is in flight. */
  async whenEmpty (): Promise<void> {
    await this.#backend.admission.whenEmpty()
  }

  #create (parts: LoadedParts): Backend {
    const { shared, queue, callers } = this.#options
    return createBackend(parts, { shared, queue, callers, metrics: this.metrics })
  }
}
