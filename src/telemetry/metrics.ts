import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { activatedBuckets, LATENCY_BUCKETS, LONG_BUCKETS, ROW_BUCKETS, STEP_BUCKETS } from './buckets.js'

/** Tasks, as labels. */
export const TASK_LABELS = ['generate', 'caption', 'answer'] as const
/** Where work can be when it is aborted, as labels. */
export const CANCEL_LABELS = ['waiting', 'encode', 'prefill', 'decode', 'unmask', 'render'] as const
/** Caches of prefixes, as labels. */
export const CACHE_LABELS = ['prompt', 'picture', 'encoding'] as const

/** How a request ended. */
export type RequestOutcome =
  /** Answered in full. */
  | 'ok'
  /** The client's doing: 4xx other than 429. */
  | 'invalid'
  /** No place, not ready or draining: 429 or 503 at the door. */
  | 'rejected'
  /** The client went away. */
  | 'cancelled'
  /** Past its deadline. */
  | 'timeout'
  /** Our doing. */
  | 'error'

/** Every outcome. */
export const OUTCOME_LABELS: readonly RequestOutcome[] = ['ok', 'invalid', 'rejected', 'cancelled', 'timeout', 'error']

/** Why a request was turned away at the door. */
export type RejectionReason = (typeof REJECTION_LABELS)[number]
export const REJECTION_LABELS = ['queue_full', 'not_ready', 'draining', 'rate_limit', 'deadline', 'jobs_full'] as const

/** What became of wishes to reload the model, as labels. */
export const RELOAD_LABELS = ['switched', 'unchanged', 'failed'] as const

/** Numbers that are read when somebody looks, not when they change. */
export interface LiveReadings {
  waiting: () => number
  running: () => Readonly<Record<(typeof TASK_LABELS)[number], number>>
}

/** Parameters of one expert of one layer. */
export interface ExpertParameters { level: 'token' | 'sequence', task: (typeof TASK_LABELS)[number], expert: string, parameters: number }

/** Parameters of the model by part, for the gauge. */
export interface MetricsOptions {
  /** Name of the model, as a label of every series; absent where one is served. */
  model?: string
  modelParameters: Readonly<Record<string, number>>
  /** Parameters of the whole model: the scale of the activated-parameter histogram. */
  totalParameters: number
  /** What makes parameters of expert selections. */
  expertParameters?: readonly ExpertParameters[]
  /** What the queue holds at most, by what is counted; absent where nobody waits. */
  queueLimits?: Readonly<Record<'requests' | 'work_units', number>>
  live: LiveReadings
  /** Rules of the policy that refuse. */
  policyCategories?: readonly string[]
}

/** Every metric of a model, each declared once. */
export type Metrics = ReturnType<typeof createMetrics>

/**
 * Declares the metrics of a model in a registry of their own, so that two models, or two servers in one process (tests), do not share counts. Those of the process are in `server-metrics.ts`.
 *
 * Activated parameters come first: they are what this server measures and no other does.
 */
export function createMetrics (options: MetricsOptions) {
  const registry = new Registry()
  if (options.model !== undefined) registry.setDefaultLabels({ model: options.model })
  const shared = { registers: [registry] }
  const metrics = {
    registry,
    ...parameterMetrics(shared, options),
    ...doorMetrics(shared, options.live),
    ...requestMetrics(shared, options.live),
    ...engineMetrics(shared)
  }
  startAtZero(metrics)
  tellParameters(metrics, options)
  tellQueueLimits(shared, options)
  for (const category of options.policyCategories ?? []) metrics.policyRefusals.inc({ category }, 0)
  return metrics
}

/** A counter that appears with its first event has no increase to alert on: closed label sets are there from the start. */
function startAtZero ({ cancelled, prefixCacheQueries, prefixCacheHits, modelReloads }: ReturnType<typeof requestMetrics> & ReturnType<typeof engineMetrics>): void {
  for (const phase of CANCEL_LABELS) cancelled.inc({ phase }, 0)
  for (const outcome of RELOAD_LABELS) modelReloads.inc({ outcome }, 0)
  for (const cache of CACHE_LABELS) {
    prefixCacheQueries.inc({ cache }, 0)
    prefixCacheHits.inc({ cache }, 0)
  }
}

export interface Shared { registers: Registry[] }

/** What is counted of requests at the door; of those that named no model yet, where several are served, without the label `model`. */
export type DoorMetrics = ReturnType<typeof doorMetrics>

/** Declares what is counted of requests at the door. */
export function doorMetrics (shared: Shared, { waiting }: Pick<LiveReadings, 'waiting'>) {
  const metrics = {
    requestsWaiting: new Gauge({ ...shared, name: 'unif2ace_requests_waiting', help: 'Requests admitted that the engine has not begun.', collect () { this.set(waiting()) } }),
    requests: new Counter({ ...shared, name: 'unif2ace_requests_total', help: 'Requests by how they ended.', labelNames: ['task', 'outcome'] }),
    rejected: new Counter({ ...shared, name: 'unif2ace_rejected_total', help: 'Requests turned away before anything was done for them.', labelNames: ['reason'] }),
    requestDuration: new Histogram({ ...shared, name: 'unif2ace_request_duration_seconds', help: 'From the arrival of a request to the end of its answer.', labelNames: ['task'], buckets: LONG_BUCKETS })
  }
  for (const task of TASK_LABELS) for (const outcome of OUTCOME_LABELS) metrics.requests.inc({ task, outcome }, 0)
  for (const reason of REJECTION_LABELS) metrics.rejected.inc({ reason }, 0)
  return metrics
}

/** Tells the parameters of the model that answers: at the start, and when another version takes its place. The bounds of the histogram stay. */
export function tellParameters ({ parameters, experts }: ReturnType<typeof parameterMetrics>, { modelParameters, expertParameters = [] }: Pick<MetricsOptions, 'modelParameters' | 'expertParameters'>): void {
  parameters.reset()
  for (const [part, count] of Object.entries(modelParameters)) parameters.set({ part }, count)
  experts.reset()
  for (const { level, task, expert, parameters: count } of expertParameters) experts.set({ level, task, expert }, count)
}

function parameterMetrics (shared: Shared, { totalParameters }: MetricsOptions) {
  return {
    parameters: new Gauge({ ...shared, name: 'unif2ace_model_parameters', help: 'Parameters of the loaded model, by part.', labelNames: ['part'] }),
    experts: new Gauge({ ...shared, name: 'unif2ace_expert_parameters', help: 'Parameters of one expert of one layer, as a task uses it: times its selections, what it activated.', labelNames: ['level', 'task', 'expert'] }),
    activatedParameters: new Histogram({ ...shared, name: 'unif2ace_activated_parameters', help: 'Parameters that one token activated, one sample per forward pass of a row, measured from its routing.', labelNames: ['task', 'phase'], buckets: activatedBuckets(totalParameters) }),
    activatedParametersTotal: new Counter({ ...shared, name: 'unif2ace_activated_parameters_total', help: 'Parameters activated per token, summed over forward passes, by component; measured from the routing.', labelNames: ['task', 'phase', 'component'] }),
    expertSelections: new Counter({ ...shared, name: 'unif2ace_moe_expert_selections_total', help: 'How often an expert was chosen, by a token or for a picture. layer is "all" unless layers were asked for.', labelNames: ['level', 'task', 'layer', 'expert'] })
  }
}

function requestMetrics (shared: Shared, live: LiveReadings) {
  const requestsRunning = new Gauge({
    ...shared,
    name: 'unif2ace_requests_running',
    help: 'Requests that the engine works on.',
    labelNames: ['task'],
    collect () { for (const [task, count] of Object.entries(live.running())) this.set({ task }, count) }
  })
  const requestsActive = new Gauge({ ...shared, name: 'unif2ace_requests_active', help: 'Requests that the engine works on, of all tasks: one number, as endpoint pickers of a Kubernetes InferencePool read it.', collect () { this.set(Object.values(live.running()).reduce((sum, count) => sum + count, 0)) } })
  const byTask = { ...shared, labelNames: ['task'] as const }
  return {
    requestsRunning,
    requestsActive,
    policyRefusals: new Counter({ ...shared, name: 'unif2ace_policy_refusals_total', help: 'Prompts, questions and answers that the policy refused, by its rule.', labelNames: ['category'] }),
    cancelled: new Counter({ ...shared, name: 'unif2ace_cancelled_total', help: 'Work that was aborted, by the phase it was in.', labelNames: ['phase'] }),
    requestQueue: new Histogram({ ...byTask, name: 'unif2ace_request_queue_seconds', help: 'From admission to the first step of the engine.', buckets: LONG_BUCKETS }),
    timeToFirstToken: new Histogram({ ...byTask, name: 'unif2ace_time_to_first_token_seconds', help: 'From admission to the first token of a text.', buckets: LATENCY_BUCKETS }),
    interTokenLatency: new Histogram({ ...byTask, name: 'unif2ace_inter_token_latency_seconds', help: 'Between two tokens of a text.', buckets: LATENCY_BUCKETS }),
    timeToImage: new Histogram({ ...shared, name: 'unif2ace_time_to_image_seconds', help: 'From admission to a finished picture.', buckets: LONG_BUCKETS })
  }
}

function tellQueueLimits (shared: Shared, { queueLimits }: Pick<MetricsOptions, 'queueLimits'>): void {
  const limit = new Gauge({ ...shared, name: 'unif2ace_queue_limit', help: 'What the queue holds at most, in requests and in work units; past it requests are turned away.', labelNames: ['unit'] })
  for (const [unit, most] of Object.entries(queueLimits ?? {})) limit.set({ unit }, most)
}

function engineMetrics (shared: Shared) {
  return {
    stepDuration: new Histogram({ ...shared, name: 'unif2ace_step_duration_seconds', help: 'One step of the engine: one forward pass for all its rows.', labelNames: ['phase'], buckets: STEP_BUCKETS }),
    batchRows: new Histogram({ ...shared, name: 'unif2ace_batch_rows', help: 'Rows of a step.', labelNames: ['phase'], buckets: ROW_BUCKETS }),
    prefixCacheQueries: new Counter({ ...shared, name: 'unif2ace_prefix_cache_queries_total', help: 'Look-ups of a prefix.', labelNames: ['cache'] }),
    prefixCacheHits: new Counter({ ...shared, name: 'unif2ace_prefix_cache_hits_total', help: 'Look-ups that found the prefix.', labelNames: ['cache'] }),
    pictureCacheBytes: new Gauge({ ...shared, name: 'unif2ace_picture_cache_bytes', help: 'Memory that cached picture prefixes take.' }),
    kvSlots: new Gauge({ ...shared, name: 'unif2ace_kv_slots', help: 'Key-value slots by state; kind is prompt (text prefixes) or decode (texts being written).', labelNames: ['state', 'kind'] }),
    kvUsage: new Gauge({ ...shared, name: 'unif2ace_kv_usage_ratio', help: 'Share of the decode slots that hold a text being written, 0 to 1.' }),
    workUnits: new Gauge({ ...shared, name: 'unif2ace_work_units', help: 'Work units left in the engine, by the flow that they belong to and by whether a step has begun on them. One is one picture row through one unmasking step.', labelNames: ['flow', 'state'] }),
    engineRestarts: new Counter({ ...shared, name: 'unif2ace_engine_restarts_total', help: 'Times the engine process was started again after it ended by itself.' }),
    modelReloads: new Counter({ ...shared, name: 'unif2ace_model_reloads_total', help: 'Wishes to reload the model, by what became of them.', labelNames: ['outcome'] }),
    engineReady: new Gauge({ ...shared, name: 'unif2ace_engine_ready', help: '1 when the model is loaded and the engine answers.' })
  }
}
