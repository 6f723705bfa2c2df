import fastifyPlugin from 'fastify-plugin'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../common/clock.js'
import { codedError, type CodedError, type ErrorCode } from '../../common/errors.js'
import type { TaskName } from '../../engine/protocol.js'
import type { ServedModels } from '../../tasks/served-models.js'
import type { RequestOutcome } from '../../telemetry/metrics.js'
import type { Door } from '../door.js'
import type { JobBoard } from '../job-board.js'
import { accountOf } from '../request-state.js'
import { wishesOf } from '../wishes.js'

export interface AdmissionOptions {
  door: Door
  models: ServedModels
  clock: Clock
  /** Deadline of a request from its arrival. */
  requestTimeoutMs: number
  /** Whose own requests have a deadline of their own. */
  jobs: JobBoard
}

/**
 * Brings each request that asks the model for something to the door, before its body is read.
 *
 * It gives each request a ticket and a signal, and takes the ticket back when the connection is done with the answer, however that ends.
 */
export const admissionPlugin = fastifyPlugin<AdmissionOptions>(async (app, options) => {
  app.decorateRequest('taskContext', undefined)
  app.decorateRequest('backend', undefined)
  app.decorateRequest('failure', undefined)
  app.addHook('onRequest', async (request, reply) => {
    const { task } = request.routeOptions.config
    if (task !== undefined) admit(task, request, reply, options)
  })
  app.addHook('onSend', async (request, reply) => {
    if (request.routeOptions.config.task !== undefined) reply.headers(options.door.accountOf({ caller: request.callerTerms, account: accountOf(request) }).headers)
  })
}, { name: 'admission', dependencies: ['errors', 'authentication'] })

function admit (task: TaskName, request: FastifyRequest, reply: FastifyReply, { door, models, clock, requestTimeoutMs, jobs }: AdmissionOptions): void {
  const arrivedAt = clock.now()
  const { backend, metrics } = models.first
  request.backend = backend
  reply.raw.once('close', () => {
    const outcome = outcomeOf(request.failure, reply.raw.writableFinished)
    metrics.requests.inc({ task, outcome })
    metrics.requestDuration.observe({ task }, (clock.now() - arrivedAt) / 1000)
  })
  const job = jobs.ofRequest(request.headers)
  const visit = door.enter({ task, backend, caller: request.callerTerms, account: accountOf(request), wishes: wishesOf(request.headers), timeoutMs: job === undefined ? requestTimeoutMs : jobs.timeoutMs })
  job?.entered(visit)
  // reply.raw, not request.raw: the request closes as soon as its body has been read.
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) visit.end(codedError('request_aborted', []))
    visit.leave()
  })
  request.taskContext = { ...visit.context, span: request.span }
}

const OUTCOMES: Partial<Record<ErrorCode, RequestOutcome>> = {
  request_aborted: 'cancelled',
  stream_too_slow: 'cancelled',
  job_cancelled: 'cancelled',
  deadline_exceeded: 'timeout',
  queue_full: 'rejected',
  engine_not_ready: 'rejected',
  engine_draining: 'rejected',
  rate_limit_exceeded: 'rejected',
  deadline_too_short: 'rejected',
  deadline_behind_queue: 'rejected'
}

function outcomeOf (failure: CodedError | undefined, wasSent: boolean): RequestOutcome {
  if (failure === undefined) return wasSent ? 'ok' : 'cancelled'
  return OUTCOMES[failure.code] ?? (failure.status < 500 ? 'invalid' : 'error')
}
