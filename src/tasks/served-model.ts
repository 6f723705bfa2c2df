import type { EngineState } from '../engine/client.js'
import type { TaskName } from '../engine/protocol.js'
import { createMetrics, type Metrics, type MetricsOptions, TASK_LABELS, tellParameters } from '../telemetry/metrics.js'
import { type Backend, type BackendOptions, createBackend, type LoadedParts } from './backend.js'
import { modelParameters } from './model-parameters.js'
import type { LayerDetail } from './record-engine-stats.js'
import { watchEngine } from './watch-engine.js'

export interface ServedModelOptions extends Omit<BackendOptions, 'metrics'> {
  /** What its metrics are told besides the model. */
  metrics: Pick<MetricsOptions, 'policyCategories' | 'queueLimits'>
  /** Whether its series say its name: several models share their metrics, and one has them to itself. */
  label: 'none' | 'name'
  layers: LayerDetail
}

/** A name under which a model is served. The backend behind it may change; the name and the counters stay. */
export class ServedModel {
  readonly name: string
  readonly metrics: Metrics
  readonly #options: ServedModelOptions
  #backend: Backend
  /** Backends before it that have requests to answer. */
  readonly #leaving = new Set<Backend>()

  constructor (parts: LoadedParts, options: ServedModelOptions) {
    const { manifest } = parts.model
    this.name = manifest.name
    this.#options = options
    const label = options.label === 'name' ? { model: this.name } : {}
    this.metrics = createMetrics({ ...modelParameters(manifest), ...options.metrics, ...label, live: { waiting: () => this.waiting, running: () => this.running } })
    this.#backend = this.#create(parts)
  }

  /** What answers the requests that come now. */
  get backend (): Backend {
    return this.#backend
  }

  /** Where the engine stands that answers now. */
  get state (): EngineState {
    return this.#backend.engine.state()
  }

  /** Requests that wait for its engine to begin. */
  get waiting (): number {
    return this.#all.reduce((sum, { admission }) => sum + admission.waiting, 0)
  }

  /** Requests that its engine works on, by task. */
  get running (): Record<TaskName, number> {
    const running = { generate: 0, caption: 0, answer: 0 }
    for (const { admission } of this.#all) for (const task of TASK_LABELS) running[task] += admission.running[task]
    return running
  }

  /** Requests that it has taken and not answered yet. */
  get inFlight (): number {
    return this.#all.reduce((sum, { admission }) => sum + admission.inFlight, 0)
  }

  /** Waits until no request is in flight. */
  async whenEmpty (): Promise<void> {
    await Promise.all(this.#all.map(async ({ admission }) => { await admission.whenEmpty() }))
  }

  /**
   * Has the requests that come from now on answered by another version.
   *
   * @returns the backend before, for `leave`
   */
  switchTo (parts: LoadedParts): Backend {
    const before = this.#backend
    this.#leaving.add(before)
    this.#backend = this.#create(parts)
    tellParameters(this.metrics, modelParameters(parts.model.manifest))
    return before
  }

  /** Waits until a backend that requests come to no more has answered those that it has, and ends its engine. Each of them has a deadline, so that this comes to an end. */
  async leave (before: Backend): Promise<void> {
    await before.admission.whenEmpty()
    await before.engine.drain()
    this.#leaving.delete(before)
  }

  get #all (): Backend[] {
    return [this.#backend, ...this.#leaving]
  }

  #create (parts: LoadedParts): Backend {
    const { shared, queue, callers, layers } = this.#options
    watchEngine(parts.engine, this.metrics, layers, () => this.#backend.engine === parts.engine)
    return createBackend(parts, { shared, queue, callers, metrics: this.metrics })
  }
}
