import { codedError, fromWire, isCodedError } from '../common/errors.js'
import type { Delivery, EngineClient } from '../engine/client.js'
import type { EngineEvent, Work } from '../engine/protocol.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import { traceWork, type TracedContext } from './trace-work.js'

/** An event of work that has not failed: failures are thrown. */
export type WorkEvent = Exclude<EngineEvent, { type: 'failed' }>

/** What work has to know of its request. */
export interface WorkContext extends TaskContext, TracedContext {
  /** What a crash of the engine costs its caller. */
  delivery: Delivery
}

/**
 * Gives work to the engine and passes its events on, with the queue told when it begins and the latencies measured on the way.
 *
 * @throws the coded error that ended the work, or the signal's reason
 */
export async function * runWork (dependencies: TaskDependencies, work: Work, context: WorkContext): AsyncGenerator<WorkEvent> {
  const trace = traceWork(dependencies, work, context)
  try {
    for await (const event of observed(dependencies, work, context)) {
      trace?.heard(event)
      yield event
    }
  } catch (error) {
    trace?.failed(error)
    throw error
  } finally {
    trace?.left()
  }
}

async function * observed ({ engine, metrics, clock }: TaskDependencies, work: Work, context: WorkContext): AsyncGenerator<WorkEvent> {
  const { ticket, admittedAt, timings = {} } = context
  const seconds = (since: number): number => (clock.now() - since) / 1000
  let lastTokenAt: number | undefined
  for await (const event of submitted(engine, work, context)) {
    switch (event.type) {
      case 'failed':
        throw fromWire(event.error)
      case 'started':
        ticket.started()
        timings.queueMs ??= clock.now() - admittedAt
        metrics.requestQueue.observe({ task: ticket.task }, seconds(admittedAt))
        break
      case 'token':
        if (lastTokenAt === undefined) metrics.timeToFirstToken.observe({ task: ticket.task }, seconds(admittedAt))
        else metrics.interTokenLatency.observe({ task: ticket.task }, seconds(lastTokenAt))
        lastTokenAt = clock.now()
        timings.firstTokenMs ??= lastTokenAt - admittedAt
        break
      case 'image':
        // Pixels of given codes are not a picture that somebody waited for to be made.
        if (work.kind === 'generate') metrics.timeToImage.observe(seconds(admittedAt))
        break
      case 'finished':
        if (event.usage.timings.encodeMs !== undefined) timings.encodeMs ??= event.usage.timings.encodeMs
    }
    yield event
  }
}

async function * submitted (engine: EngineClient, work: Work, { signal, deadlineAt, delivery, admittedAt, priority = 'normal', share, experts }: WorkContext): AsyncGenerator<EngineEvent> {
  try {
    yield * engine.submit(withWish(work, experts), { signal, delivery, priority, ...(share === undefined ? {} : { share }), ...(deadlineAt === undefined ? {} : { deadlineAt }) })
  } catch (error) {
    if (deadlineAt === undefined || !isCodedError(error, 'deadline_exceeded')) throw error
    // The engine knows what was left when the work came to it; the caller knows what the whole request was given.
    throw codedError('deadline_exceeded', [Math.round(deadlineAt - admittedAt)], { cause: error })
  }
}

/** Work of the backbone, whose account tells of experts where the request wants that; the codec has none. */
function withWish (work: Work, experts: TaskContext['experts']): Work {
  if (experts === undefined || work.kind === 'encode' || work.kind === 'render') return work
  return { ...work, experts }
}
