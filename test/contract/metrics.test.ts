import t from 'tap'
import { forkToy } from '../support/forked-toy.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { lintMetrics, type MetricFamily, readPrometheusText } from '../support/prometheus-text.js'
import { buildToyApp } from '../support/toy-app.js'
import { TOY_SIZES } from '../support/toy-executor.js'
import { TOY_MANIFEST } from '../support/toy-manifest.js'
import { until } from '../support/until.js'

const TASKS = ['generate', 'caption', 'answer']
const PHASES = ['encode', 'prefill', 'decode', 'unmask', 'render']
const BACKBONE_PHASES = ['prefill', 'decode', 'unmask']
const EXPERTS = Array.from({ length: TOY_SIZES.routedExperts }, (_, expert) => String(expert))

/** Every metric that users can rely on: its type and the closed set of each of its labels. */
const CONTRACT: Record<string, { type: string, labels?: Record<string, string[]> }> = {
  unif2ace_model_parameters: { type: 'gauge', labels: { part: ['total', 'embedding_tables', 'shared_expert_per_layer', 'routed_expert', 'routed_experts_total', 'clip_encoder', 'face_encoder', 'picture_encoder', 'picture_decoder', 'dense_generate', 'dense_understand', 'sequence_experts_generate_per_layer', 'sequence_experts_understand_per_layer'] } },
  unif2ace_activated_parameters: { type: 'histogram', labels: { task: TASKS, phase: BACKBONE_PHASES } },
  unif2ace_activated_parameters_total: { type: 'counter', labels: { task: TASKS, phase: BACKBONE_PHASES, component: ['dense', 'shared_expert', 'routed_experts', 'sequence_experts'] } },
  unif2ace_moe_expert_selections_total: { type: 'counter', labels: { level: ['token', 'sequence'], task: TASKS, layer: ['all'], expert: EXPERTS } },
  unif2ace_requests_total: { type: 'counter', labels: { task: TASKS, outcome: ['ok', 'invalid', 'rejected', 'cancelled', 'timeout', 'error'] } },
  unif2ace_requests_waiting: { type: 'gauge' },
  unif2ace_requests_running: { type: 'gauge', labels: { task: TASKS } },
  unif2ace_requests_active: { type: 'gauge' },
  unif2ace_request_duration_seconds: { type: 'histogram', labels: { task: TASKS } },
  unif2ace_request_queue_seconds: { type: 'histogram', labels: { task: TASKS } },
  unif2ace_time_to_first_token_seconds: { type: 'histogram', labels: { task: ['caption', 'answer'] } },
  unif2ace_inter_token_latency_seconds: { type: 'histogram', labels: { task: ['caption', 'answer'] } },
  unif2ace_time_to_image_seconds: { type: 'histogram' },
  unif2ace_step_duration_seconds: { type: 'histogram', labels: { phase: PHASES } },
  unif2ace_batch_rows: { type: 'histogram', labels: { phase: PHASES } },
  unif2ace_prefix_cache_queries_total: { type: 'counter', labels: { cache: ['prompt', 'picture', 'encoding'] } },
  unif2ace_prefix_cache_hits_total: { type: 'counter', labels: { cache: ['prompt', 'picture', 'encoding'] } },
  unif2ace_picture_cache_bytes: { type: 'gauge' },
  unif2ace_expert_parameters: { type: 'gauge', labels: { level: ['token', 'sequence'], task: TASKS, expert: EXPERTS } },
  unif2ace_jobs: { type: 'gauge', labels: { state: ['queued', 'running', 'succeeded', 'failed', 'cancelled'] } },
  unif2ace_queue_limit: { type: 'gauge', labels: { unit: ['requests', 'work_units'] } },
  unif2ace_work_units: { type: 'gauge', labels: { flow: ['generate', 'understand'], state: ['waiting', 'running'] } },
  unif2ace_kv_slots: { type: 'gauge', labels: { kind: ['prompt', 'decode'], state: ['free', 'used', 'cached'] } },
  unif2ace_kv_usage_ratio: { type: 'gauge' },
  unif2ace_rejected_total: { type: 'counter', labels: { reason: ['queue_full', 'not_ready', 'draining', 'rate_limit', 'deadline', 'jobs_full'] } },
  unif2ace_policy_refusals_total: { type: 'counter', labels: { category: ['minors', 'sexual', 'real_people', 'identity', 'ethnicity', 'religion', 'political_opinion', 'health', 'sexual_orientation'] } },
  unif2ace_cancelled_total: { type: 'counter', labels: { phase: ['waiting', ...PHASES] } },
  unif2ace_engine_restarts_total: { type: 'counter' },
  unif2ace_model_reloads_total: { type: 'counter', labels: { outcome: ['switched', 'unchanged', 'failed'] } },
  unif2ace_engine_ready: { type: 'gauge' }
}

const engine = forkToy(t)
await engine.whenReady()
const { server } = await buildToyApp(t, { engine })
const image = dataUrl(await plainPng('teal'))
// Over a socket: how a request ended is told by what became of its connection.
const origin = await server.listen({ port: 0, host: '127.0.0.1' })
const post = async (route: string, body: object): Promise<void> => {
  const answer = await fetch(`${origin}/v1/faces/${route}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  await answer.arrayBuffer()
}
const scrape = async (): Promise<Map<string, MetricFamily>> => readPrometheusText((await server.inject('/metrics')).body)
const sampleOf = (families: Map<string, MetricFamily>, name: string, labels: Record<string, string> = {}): number | undefined =>
  families.get(name)?.samples.find((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))?.value

t.test('before the first request every metric is there, and closed counters are at zero', async (t) => {
  const families = await scrape()
  t.same([...families.keys()].filter((name) => name.startsWith('unif2ace_')).sort(), Object.keys(CONTRACT).sort())
  t.equal(families.get('unif2ace_requests_total')?.samples.length, 18)
  t.ok(families.get('unif2ace_requests_total')?.samples.every(({ value }) => value === 0))
  t.equal(sampleOf(families, 'unif2ace_rejected_total', { reason: 'queue_full' }), 0)
  t.equal(sampleOf(families, 'unif2ace_engine_ready'), 1)
})

t.test('after work of every kind, types and labels are those of the contract and nothing else', async (t) => {
  await Promise.all([
    post('generate', { prompt: 'a face', n: 2 }),
    post('caption', { image }),
    post('caption', { image, temperature: 1, max_tokens: 6 }),
    post('vqa', { image, question: 'which hat?' }),
    post('vqa', { image, question: 'which hat?', choices: ['a', 'b'] }),
    post('generate', { prompt: 5 })
  ])
  let families = await scrape()
  await until(async () => {
    families = await scrape()
    return sampleOf(families, 'unif2ace_activated_parameters_total', { task: 'answer' }) !== undefined && sampleOf(families, 'unif2ace_batch_rows', { phase: 'render' }) !== undefined
  })
  for (const [name, { type, labels = {} }] of Object.entries(CONTRACT)) {
    const family = families.get(name)
    t.equal(family?.type, type, name)
    t.ok((family?.samples.length ?? 0) > 0, `${name} has samples`)
    t.same(family?.samples.flatMap((sample) => strangers(sample.labels, labels)), [], `labels of ${name}`)
  }
  t.equal(sampleOf(families, 'unif2ace_requests_total', { task: 'caption', outcome: 'ok' }), 2)
  t.equal(sampleOf(families, 'unif2ace_requests_total', { task: 'generate', outcome: 'invalid' }), 1)
  t.equal(sampleOf(families, 'unif2ace_time_to_image_seconds', { __name__: 'unif2ace_time_to_image_seconds_count' }), 2)
  t.equal(sampleOf(families, 'unif2ace_requests_waiting'), 0)
  t.ok((sampleOf(families, 'unif2ace_prefix_cache_hits_total', { cache: 'picture' }) ?? 0) > 0, 'four questions read one picture')
})

/** Labels of a sample that are missing, unknown or outside their closed set. */
function strangers ({ __name__, le, ...own }: Record<string, string>, closed: Record<string, string[]>): string[] {
  return [
    ...Object.keys(closed).filter((label) => !(label in own)).map((label) => `${label} is missing`),
    ...Object.entries(own).filter(([label, value]) => !closed[label]?.includes(value)).map(([label, value]) => `${label}="${value}"`)
  ]
}

t.test('everything, the process\' own metrics included, passes the rules of promtool check metrics', async (t) => {
  const families = await scrape()
  t.same(lintMetrics(families), [])
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes']) t.ok(families.has(name), name)
})

t.test('layers are told apart only when that is asked for', async (t) => {
  const { server: detailed } = await buildToyApp(t, { engine, settings: { metricsPerLayer: 'true' } })
  await detailed.inject({ method: 'POST', url: '/v1/faces/generate', payload: { prompt: 'a face' } })
  const layers = async (): Promise<string[]> => {
    const family = readPrometheusText((await detailed.inject('/metrics')).body).get('unif2ace_moe_expert_selections_total')
    return [...new Set(family?.samples.map(({ labels }) => labels['layer'] ?? ''))].sort()
  }
  await until(async () => (await layers()).length > 0)
  t.same(await layers(), Array.from({ length: TOY_SIZES.layers }, (_, layer) => String(layer)))
})

t.test('what selections cost and what the queue holds are told beside them', async (t) => {
  const { server: narrow } = await buildToyApp(t, { engine, settings: { maxQueueRequests: '7', maxQueueWork: '300' } })
  const families = readPrometheusText((await narrow.inject('/metrics')).body)
  t.equal(sampleOf(families, 'unif2ace_queue_limit', { unit: 'requests' }), 7)
  t.equal(sampleOf(families, 'unif2ace_queue_limit', { unit: 'work_units' }), 300)
  t.equal(sampleOf(families, 'unif2ace_expert_parameters', { level: 'token', task: 'answer', expert: '1' }), TOY_MANIFEST.parameters.routed_expert)
  t.equal(sampleOf(families, 'unif2ace_expert_parameters', { level: 'sequence', task: 'caption', expert: '2' }), TOY_MANIFEST.parameters.sequence_expert.understand[2])
})

t.test('the rules themselves find what promtool finds', async (t) => {
  const text = '# HELP nodejs_active_handles_total x\n# TYPE nodejs_active_handles_total gauge\nnodejs_active_handles_total 1\n# TYPE a_counter counter\na_counter{le="1"} 1\n# HELP waitMs x\n# TYPE waitMs gauge\nwaitMs 1\n'
  t.same(lintMetrics(readPrometheusText(text)), [
    'nodejs_active_handles_total: non-counter metrics should not have "_total" suffix',
    'a_counter: no help text',
    'a_counter: counter metrics should have "_total" suffix',
    'a_counter: only histograms have the label le',
    'a_counter: the type is not part of the name',
    'waitMs: no camelCase'
  ])
})
