import type { EngineClient } from '../engine/client.js'
import type { Metrics } from '../telemetry/metrics.js'
import { type LayerDetail, recordEngineStats } from './record-engine-stats.js'

/**
 * Takes what the engine reports about itself into the metrics.
 *
 * @param isCurrent whether it is the one that answers; of another one only what it has done counts
 */
export function watchEngine (engine: EngineClient, metrics: Metrics, layers: LayerDetail, isCurrent: () => boolean = () => true): void {
  metrics.engineReady.set(engine.state() === 'ready' ? 1 : 0)
  engine.on('stats', (stats) => { recordEngineStats(metrics, stats, layers, isCurrent() ? 'all' : 'counts') })
  engine.on('restart', () => { metrics.engineRestarts.inc() })
  engine.on('state', (state) => { if (isCurrent()) metrics.engineReady.set(state === 'ready' ? 1 : 0) })
}
