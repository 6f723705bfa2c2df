import type { PassRouting } from './executor.js'
import type { MeasuredPass } from './parameters.js'
import type { EngineStats, ParameterComponent, Phase, TaskName } from './protocol.js'

/** Gauges, read when the counters are taken. */
export type StatsReadings = Pick<EngineStats, 'kvSlots' | 'pictureCacheBytes' | 'workLeft'>

export type CacheName = EngineStats['prefixCache'][number]['cache']

type Activated = EngineStats['activated'][number]
type ActivatedTotal = EngineStats['activatedTotals'][number]
type CacheCount = EngineStats['prefixCache'][number]
type AbortCount = EngineStats['aborted'][number]

/** Sizes of the routing counts. */
export interface RoutingSizes { routedExperts: number, sequenceExperts: number }

/** Counts what the engine does between two flushes. */
export class StatsRecorder {
  readonly #sizes: RoutingSizes
  #steps: EngineStats['steps'] = []
  /** By task: [layers × experts] summed over passes. */
  readonly #tokenChoices = new Map<TaskName, Float64Array>()
  readonly #sequenceChoices = new Map<TaskName, Float64Array>()
  readonly #activated = new Map<string, Activated>()
  readonly #activatedTotals = new Map<string, ActivatedTotal>()
  readonly #caches = new Map<string, CacheCount>()
  readonly #aborted = new Map<string, AbortCount>()

  constructor (sizes: RoutingSizes) {
    this.#sizes = sizes
  }

  step (phase: Phase, rows: number, durationMs: number): void {
    this.#steps.push({ phase, rows, durationMs })
  }

  pass (task: TaskName, phase: Phase, routing: PassRouting, { activated, components }: MeasuredPass): void {
    addCounts(this.#tokenChoices, task, routing.tokenExperts)
    if (routing.sequenceExperts !== undefined) addCounts(this.#sequenceChoices, task, routing.sequenceExperts)
    entry<Activated>(this.#activated, `${task} ${phase} ${activated}`, () => ({ task, phase, parameters: activated, passes: 0 })).passes++
    for (const component of COMPONENTS) {
      entry<ActivatedTotal>(this.#activatedTotals, `${task} ${phase} ${component}`, () => ({ task, phase, component, parameters: 0 })).parameters += components[component]
    }
  }

  lookUps (cache: CacheName, queries: number, hits: number): void {
    const count = entry<CacheCount>(this.#caches, cache, () => ({ cache, queries: 0, hits: 0 }))
    count.queries += queries
    count.hits += hits
  }

  aborted (phase: Phase | 'waiting'): void {
    entry<AbortCount>(this.#aborted, phase, () => ({ phase, count: 0 })).count++
  }

  /** What was counted since the last time; counting begins anew. */
  take (readings: StatsReadings): EngineStats {
    const { routedExperts, sequenceExperts } = this.#sizes
    const stats: EngineStats = {
      steps: this.#steps,
      expertSelections: [...selections('token', this.#tokenChoices, routedExperts), ...selections('sequence', this.#sequenceChoices, sequenceExperts)],
      activated: [...this.#activated.values()],
      activatedTotals: [...this.#activatedTotals.values()],
      prefixCache: [...this.#caches.values()],
      aborted: [...this.#aborted.values()],
      ...readings
    }
    this.#steps = []
    for (const counts of [this.#tokenChoices, this.#sequenceChoices, this.#activated, this.#activatedTotals, this.#caches, this.#aborted]) counts.clear()
    return stats
  }
}

const COMPONENTS: readonly ParameterComponent[] = ['dense', 'shared_expert', 'routed_experts', 'sequence_experts']

function entry<T> (counts: Map<string, T>, name: string, create: () => T): T {
  const found = counts.get(name)
  if (found !== undefined) return found
  const created = create()
  counts.set(name, created)
  return created
}

function addCounts (sums: Map<TaskName, Float64Array>, task: TaskName, counts: Int32Array): void {
  const sum = sums.get(task) ?? new Float64Array(counts.length)
  counts.forEach((count, index) => { sum[index] = (sum[index] ?? 0) + count })
  sums.set(task, sum)
}

/** Counts [layers × experts] with names; what was never chosen is left out. */
function selections (level: 'token' | 'sequence', sums: ReadonlyMap<TaskName, Float64Array>, experts: number): EngineStats['expertSelections'] {
  return [...sums].flatMap(([task, counts]) => [...counts].flatMap((count, index) =>
    count === 0 ? [] : [{ level, task, layer: Math.floor(index / experts), expert: index % experts, count }]))
}
