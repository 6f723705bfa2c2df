import { isCodedError } from '../common/errors.js'
import type { EngineEvent, EngineUsage, Work } from '../engine/protocol.js'
import type { Span, SpanAttributes } from '../telemetry/traces.js'
import type { TaskContext, TaskDependencies } from './task-context.js'

/** The trace of one piece of work: a span with the attributes of OpenTelemetry's `gen_ai` conventions, and in it the queue and each phase of the engine. No words of anybody. */
export interface WorkTrace {
  heard (event: EngineEvent): void
  failed (error: unknown): void
  /** Nobody listens any more. */
  left (): void
}

/** What a trace has to know of the request. */
export interface TracedContext extends Pick<TaskContext, 'span' | 'admittedAt'> {
  /** What the request is to a trace; `generate_content` where absent. */
  operation?: 'chat' | 'generate_content'
}

/** @returns undefined where nobody traces */
export function traceWork ({ model, clock }: Pick<TaskDependencies, 'model' | 'clock'>, work: Work, { span: request, admittedAt, operation = 'generate_content' }: TracedContext): WorkTrace | undefined {
  if (request === undefined) return undefined
  const { name } = model.manifest
  const since = (moment: number): number => clock.now() - moment
  const span = request.part(`${operation} ${name}`, { agoMs: since(admittedAt), attributes: { 'gen_ai.operation.name': operation, 'gen_ai.provider.name': 'unif2ace', 'gen_ai.request.model': name, ...attributesOf(work) } })
  let queue: Span | undefined = span.part('queue', { agoMs: since(admittedAt) })
  let isOpen = true
  const end = (error?: string): void => {
    queue?.end()
    if (isOpen) span.end({ error })
    isOpen = false
  }
  return {
    heard: (event) => {
      if (event.type === 'started') {
        queue?.end()
        queue = undefined
      }
      if (event.type !== 'finished') return
      tracePhases(span, event.usage)
      span.set({ 'gen_ai.response.model': name, 'gen_ai.response.finish_reasons': [event.finishReason], ...usageAttributes(event.usage) })
      end()
    },
    failed: (error) => { end(isCodedError(error) ? error.code : 'internal_error') },
    left: () => { end('request_aborted') }
  }
}

function attributesOf (work: Work): SpanAttributes {
  if (work.kind === 'generate') {
    const { numInferenceSteps, guidanceScale, temperature, row, seed } = work
    return { 'gen_ai.output.type': 'image', 'gen_ai.request.seed': Number(seed), 'gen_ai.request.temperature': temperature, 'unif2ace.num_inference_steps': numInferenceSteps, 'unif2ace.guidance_scale': guidanceScale, 'unif2ace.row': row }
  }
  if (work.kind !== 'understand') return { 'unif2ace.work': work.kind }
  const { maxTokens, temperature, topP, row, seed, task } = work
  return { 'gen_ai.output.type': 'text', 'gen_ai.request.seed': Number(seed), 'gen_ai.request.max_tokens': maxTokens, 'gen_ai.request.temperature': temperature, 'gen_ai.request.top_p': topP, 'unif2ace.task': task, 'unif2ace.row': row }
}

/** What the request used: tokens by the conventions, parameters and passes in words of our own. */
function usageAttributes ({ promptTokens, imageTokens, originalTokens = 0, completionTokens, cachedTokens, forwardPasses, activated, touched, timings }: EngineUsage): SpanAttributes {
  const isText = timings.phases?.some(({ phase }) => phase === 'render') !== true
  return {
    'gen_ai.usage.input_tokens': promptTokens + (isText ? imageTokens : originalTokens),
    'gen_ai.usage.output_tokens': isText ? completionTokens : imageTokens,
    'gen_ai.usage.cache_read.input_tokens': cachedTokens,
    'unif2ace.forward_passes': forwardPasses,
    'unif2ace.activated_parameters.min': activated.min,
    'unif2ace.activated_parameters.mean': activated.mean,
    'unif2ace.activated_parameters.max': activated.max,
    'unif2ace.touched_parameters.mean': touched.mean,
    'unif2ace.model_parameters': activated.total
  }
}

/** One span a phase, not a step: a text has as many steps as tokens. */
function tracePhases (span: Span, { timings: { totalMs, phases = [] } }: EngineUsage): void {
  for (const { phase, fromMs, toMs, steps, busyMs } of phases) {
    span.part(phase, { agoMs: totalMs - fromMs, attributes: { 'unif2ace.steps': steps, 'unif2ace.busy_ms': busyMs } }).end({ agoMs: totalMs - toMs })
  }
}
