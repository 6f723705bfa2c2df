import t from 'tap'
import type { EngineStats } from '../../../src/engine/protocol.js'
import { modelParameters } from '../../../src/tasks/model-parameters.js'
import { recordEngineStats } from '../../../src/tasks/record-engine-stats.js'
import { watchEngine } from '../../../src/tasks/watch-engine.js'
import { createMetrics, type Metrics } from '../../../src/telemetry/metrics.js'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { TOY_MANIFEST } from '../../support/toy-manifest.js'

const STATS: EngineStats = {
  steps: [{ phase: 'unmask', durationMs: 30, rows: 4 }],
  expertSelections: [{ level: 'token', task: 'generate', layer: 0, expert: 1, count: 5 }, { level: 'token', task: 'generate', layer: 1, expert: 1, count: 2 }, { level: 'sequence', task: 'caption', layer: 1, expert: 3, count: 1 }],
  activated: [{ task: 'generate', phase: 'unmask', parameters: 5_000_000, passes: 3 }],
  activatedTotals: [{ task: 'generate', phase: 'unmask', component: 'dense', parameters: 4_000_000 }],
  prefixCache: [{ cache: 'prompt', queries: 4, hits: 3 }],
  kvSlots: [{ kind: 'prompt', state: 'used', slots: 8 }, { kind: 'decode', state: 'free', slots: 12 }, { kind: 'decode', state: 'used', slots: 4 }],
  pictureCacheBytes: 1234,
  workLeft: { generate: { waiting: 40, running: 12 }, understand: { waiting: 0, running: 1.5 } },
  aborted: [{ phase: 'decode', count: 2 }]
}

const create = (): Metrics => createMetrics({ ...modelParameters(TOY_MANIFEST), live: { waiting: () => 0, running: () => ({ generate: 0, caption: 0, answer: 0 }) } })
const textOf = async (metrics: Metrics): Promise<string> => await metrics.registry.metrics()

t.test('what the engine counted is in the metrics, in seconds and by label', async (t) => {
  const metrics = create()
  recordEngineStats(metrics, STATS, 'summed')
  recordEngineStats(metrics, STATS, 'summed')
  const lines = (await textOf(metrics)).split('\n')
  for (const line of [
    'unif2ace_step_duration_seconds_sum{phase="unmask"} 0.06',
    'unif2ace_batch_rows_sum{phase="unmask"} 8',
    'unif2ace_moe_expert_selections_total{level="token",task="generate",layer="all",expert="1"} 14',
    'unif2ace_moe_expert_selections_total{level="sequence",task="caption",layer="all",expert="3"} 2',
    'unif2ace_activated_parameters_count{task="generate",phase="unmask"} 6',
    'unif2ace_activated_parameters_sum{task="generate",phase="unmask"} 30000000',
    'unif2ace_activated_parameters_total{task="generate",phase="unmask",component="dense"} 8000000',
    'unif2ace_prefix_cache_queries_total{cache="prompt"} 8',
    'unif2ace_prefix_cache_hits_total{cache="prompt"} 6',
    'unif2ace_kv_slots{kind="decode",state="free"} 12',
    'unif2ace_kv_usage_ratio 0.25',
    'unif2ace_picture_cache_bytes 1234',
    'unif2ace_work_units{flow="generate",state="waiting"} 40',
    'unif2ace_work_units{flow="understand",state="running"} 1.5',
    'unif2ace_cancelled_total{phase="decode"} 4'
  ]) t.ok(lines.includes(line), line)
})

t.test('the buckets of activated parameters follow the model\'s size', async (t) => {
  const metrics = create()
  recordEngineStats(metrics, STATS, 'summed')
  const text = await textOf(metrics)
  t.match(text, 'unif2ace_activated_parameters_bucket{le="4950000",task="generate",phase="unmask"} 0')
  t.match(text, 'unif2ace_activated_parameters_bucket{le="5400000",task="generate",phase="unmask"} 3')
  t.match(text, 'unif2ace_model_parameters{part="total"} 9000000')
})

t.test('layers are labels where they were asked for', async (t) => {
  const metrics = create()
  recordEngineStats(metrics, STATS, 'per-layer')
  t.match(await textOf(metrics), 'layer="1",expert="1"} 2')
})

t.test('restarts and readiness follow the engine', async (t) => {
  const metrics = create()
  const engine = new ScriptedEngine()
  watchEngine(engine, metrics, 'summed')
  t.match(await textOf(metrics), 'unif2ace_engine_ready 1')
  engine.enter('restarting')
  engine.tell('restart', { reason: 'it was ended by SIGKILL' })
  engine.tell('stats', STATS)
  const text = await textOf(metrics)
  for (const line of ['unif2ace_engine_ready 0', 'unif2ace_engine_restarts_total 1', 'unif2ace_picture_cache_bytes 1234']) t.match(text, line)
})

t.test('the requests under way are one number too, over all tasks', async (t) => {
  const metrics = createMetrics({ ...modelParameters(TOY_MANIFEST), live: { waiting: () => 5, running: () => ({ generate: 1, caption: 2, answer: 0 }) } })
  t.match(await textOf(metrics), /^unif2ace_requests_active 3$/m)
  t.match(await textOf(metrics), /^unif2ace_requests_waiting 5$/m)
})
