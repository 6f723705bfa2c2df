import type { EngineStats } from '../engine/protocol.js'
import type { Metrics } from '../telemetry/metrics.js'

/** Layer label where layers are summed. */
const ALL_LAYERS = 'all'
const FLOWS = ['generate', 'understand'] as const
const STATES = ['waiting', 'running'] as const

/** How expert selections are labelled. */
export type LayerDetail = 'per-layer' | 'summed'

/** What of an engine's report is taken. */
export type ReportPart =
  | 'all'
  /** What it has done, not how it stands: another engine answers by now. */
  | 'counts'

/** Takes what the engine counted since its last flush into the metrics. */
export function recordEngineStats (metrics: Metrics, stats: EngineStats, layers: LayerDetail, part: ReportPart = 'all'): void {
  for (const { phase, durationMs, rows } of stats.steps) {
    metrics.stepDuration.observe({ phase }, durationMs / 1000)
    metrics.batchRows.observe({ phase }, rows)
  }
  recordRouting(metrics, stats, layers)
  for (const { cache, queries, hits } of stats.prefixCache) {
    metrics.prefixCacheQueries.inc({ cache }, queries)
    metrics.prefixCacheHits.inc({ cache }, hits)
  }
  for (const { phase, count } of stats.aborted) metrics.cancelled.inc({ phase }, count)
  if (part === 'all') recordState(metrics, stats)
}

function recordState (metrics: Metrics, stats: EngineStats): void {
  for (const { kind, state, slots } of stats.kvSlots) metrics.kvSlots.set({ kind, state }, slots)
  metrics.kvUsage.set(decodeUsage(stats))
  for (const flow of FLOWS) for (const state of STATES) metrics.workUnits.set({ flow, state }, stats.workLeft[flow][state])
  metrics.pictureCacheBytes.set(stats.pictureCacheBytes)
}

/** Share of the decode slots that are in use; 0 where there are none. */
function decodeUsage ({ kvSlots }: EngineStats): number {
  const decode = kvSlots.filter(({ kind }) => kind === 'decode')
  const total = decode.reduce((sum, { slots }) => sum + slots, 0)
  const used = decode.reduce((sum, { state, slots }) => state === 'used' ? sum + slots : sum, 0)
  return total === 0 ? 0 : used / total
}

function recordRouting (metrics: Metrics, stats: EngineStats, layers: LayerDetail): void {
  for (const { level, task, layer, expert, count } of stats.expertSelections) {
    metrics.expertSelections.inc({ level, task, layer: layers === 'summed' ? ALL_LAYERS : String(layer), expert: String(expert) }, count)
  }
  for (const { task, phase, parameters, passes } of stats.activated) {
    for (let pass = 0; pass < passes; pass++) metrics.activatedParameters.observe({ task, phase }, parameters)
  }
  for (const { task, phase, component, parameters } of stats.activatedTotals) {
    metrics.activatedParametersTotal.inc({ task, phase, component }, parameters)
  }
}
