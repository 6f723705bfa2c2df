import fastifyPlugin from 'fastify-plugin'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../common/clock.js'
import { codedError, type CodedError } from '../../common/errors.js'
import type { EngineClient } from '../../engine/client.js'
import type { TaskName } from '../../engine/protocol.js'
import type { AdmissionQueue, Ticket } from '../../tasks/admission.js'
import type { Metrics, RejectionReason, RequestOutcome } from '../../telemetry/metrics.js'
import type { Lifecycle } from '../lifecycle.js'

export interface AdmissionOptions {
  admission: AdmissionQueue
  engine: EngineClient
  lifecycle: Lifecycle
  metrics: Metrics
  clock: Clock
  /** Deadline of a request from its arrival. */
  requestTimeoutMs: number
  /** Work units taken for a request of a task until its body has been read. */
  estimateUnits: Readonly<Record<TaskName, number>>
}

/**
 * The door in front of the model: no body is read and no picture decoded before there is a place for the request.
 *
 * It gives each request a ticket and a signal, and takes the ticket back when the connection is done with the answer, however that ends.
 */
export const admissionPlugin = fastifyPlugin<AdmissionOptions>(async (app, options) => {
  app.decorateRequest('taskContext', undefined)
  app.decorateRequest('failure', undefined)
  app.addHook('onRequest', async (request, reply) => {
    const { task } = request.routeOptions.config
    if (task !== undefined) admit(task, request, reply, options)
  })
}, { name: 'admission', dependencies: ['errors', 'authentication'] })

function admit (task: TaskName, request: FastifyRequest, reply: FastifyReply, options: AdmissionOptions): void {
  const { clock, metrics, requestTimeoutMs } = options
  const admittedAt = clock.now()
  reply.raw.once('close', () => {
    const outcome = outcomeOf(request.failure, reply.raw.writableFinished)
    metrics.requests.inc({ task, outcome })
    metrics.requestDuration.observe({ task }, (clock.now() - admittedAt) / 1000)
  })
  const ticket = takeTicket(task, options)
  const abort = new AbortController()
  const stopWaiting = options.lifecycle.onForcedStop((reason) => { abort.abort(reason) })
  const deadline = setTimeout(() => { abort.abort(codedError('deadline_exceeded', [requestTimeoutMs])) }, requestTimeoutMs)
  // reply.raw, not request.raw: the request closes as soon as its body has been read.
  reply.raw.once('close', () => {
    clearTimeout(deadline)
    stopWaiting()
    if (!reply.raw.writableFinished) abort.abort(codedError('request_aborted', []))
    ticket.release()
  })
  request.taskContext = { signal: abort.signal, deadlineAt: admittedAt + requestTimeoutMs, admittedAt, ticket, caller: request.caller }
}

function takeTicket (task: TaskName, { admission, engine, lifecycle, metrics, estimateUnits }: AdmissionOptions): Ticket {
  const refuse = (reason: RejectionReason, error: CodedError): never => {
    metrics.rejected.inc({ reason })
    throw error
  }
  if (lifecycle.isDraining) return refuse('draining', codedError('engine_draining', []))
  // While the engine restarts, requests wait for it like those that it was working on.
  const state = engine.state()
  if (state !== 'ready' && state !== 'restarting') return refuse('not_ready', codedError('engine_not_ready', []))
  const outcome = admission.admit(task, estimateUnits[task])
  if (!outcome.admitted) return refuse('queue_full', codedError('queue_full', [outcome.waiting]))
  return outcome.ticket
}

function outcomeOf (failure: CodedError | undefined, wasSent: boolean): RequestOutcome {
  if (failure === undefined) return wasSent ? 'ok' : 'cancelled'
  if (failure.code === 'request_aborted') return 'cancelled'
  if (failure.code === 'deadline_exceeded') return 'timeout'
  if (failure.code === 'queue_full' || failure.code === 'engine_not_ready' || failure.code === 'engine_draining') return 'rejected'
  return failure.status < 500 ? 'invalid' : 'error'
}
