import fastifyPlugin from 'fastify-plugin'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../common/clock.js'
import { codedError, type CodedError, type ErrorCode } from '../../common/errors.js'
import type { TaskName } from '../../engine/protocol.js'
import type { Backend } from '../../tasks/backend.js'
import type { ServedModel } from '../../tasks/served-model.js'
import type { ServedModels } from '../../tasks/served-models.js'
import type { RequestOutcome } from '../../telemetry/metrics.js'
import type { Door } from '../door.js'
import { type Front, frontOf, lobbyOf } from '../front.js'
import { servedVersion } from '../inference/version.js'
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
 * It gives each request a ticket and a signal, and takes the ticket back when the connection is done with the answer, however that ends. Where several models are served and the path does not say which
 * one is asked, a request stands in the lobby until its body has been read, and then in the queue of the model that it names.
 */
export const admissionPlugin = fastifyPlugin<AdmissionOptions>(async (app, options) => {
  const { door, models } = options
  const lobby = lobbyOf(models)
  app.decorateRequest('taskContext', undefined)
  app.decorateRequest('backend', undefined)
  app.decorateRequest('visit', undefined)
  app.decorateRequest('failure', undefined)
  app.addHook('onRequest', async (request, reply) => {
    const { task } = request.routeOptions.config
    if (task !== undefined) admit(task, lobby, request, reply, options)
  })
  app.addHook('preHandler', async (request) => {
    const { visit, body, routeOptions: { config: { namesModel } } } = request
    if (visit === undefined || namesModel === 'in-path') return
    const { backend } = namedBy(body, models)
    if (request.backend !== undefined) return
    request.backend = backend
    visit.goTo(frontOf(backend, models))
  })
  app.addHook('onSend', async (request, reply) => {
    if (request.routeOptions.config.task !== undefined) reply.headers(door.accountOf({ caller: request.callerTerms, account: accountOf(request) }).headers)
  })
}, { name: 'admission', dependencies: ['errors', 'authentication'] })

function admit (task: TaskName, lobby: Front, request: FastifyRequest, reply: FastifyReply, { door, models, clock, requestTimeoutMs, jobs }: AdmissionOptions): void {
  const arrivedAt = clock.now()
  reply.raw.once('close', () => {
    const metrics = request.backend?.tasks.metrics ?? models.doorMetrics
    const outcome = outcomeOf(request.failure, reply.raw.writableFinished)
    metrics.requests.inc({ task, outcome })
    metrics.requestDuration.observe({ task }, (clock.now() - arrivedAt) / 1000)
  })
  request.backend = knownBackend(request, models)
  const job = jobs.ofRequest(request.headers)
  const front = request.backend === undefined ? lobby : frontOf(request.backend, models)
  const visit = door.enter({ task, front, caller: request.callerTerms, account: accountOf(request), wishes: wishesOf(request.headers), timeoutMs: job === undefined ? requestTimeoutMs : jobs.timeoutMs })
  job?.entered(visit)
  // reply.raw, not request.raw: the request closes as soon as its body has been read.
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) visit.end(codedError('request_aborted', []))
    visit.leave()
  })
  request.visit = visit
  request.taskContext = { ...visit.context, span: request.span }
}

/** What will answer a request whose body nobody has read; undefined where only the body says that. @throws model_not_found */
function knownBackend ({ params, routeOptions: { config: { namesModel } } }: FastifyRequest, models: ServedModels): Backend | undefined {
  if (namesModel !== 'in-path') return models.only?.backend
  const version = typeof params === 'object' && params !== null && 'version' in params ? params.version : undefined
  return servedVersion(models, version === undefined ? undefined : String(version)).backend
}

/** The model that a body names, or the first. @throws model_not_found */
function namedBy (body: unknown, models: ServedModels): ServedModel {
  const name = typeof body === 'object' && body !== null && 'model' in body ? body.model : undefined
  return name === undefined ? models.first : models.get(String(name))
}

const OUTCOMES: Partial<Record<ErrorCode, RequestOutcome>> = {
  request_aborted: 'cancelled',
  stream_too_slow: 'cancelled',
  job_cancelled: 'cancelled',
  deadline_exceeded: 'timeout',
  queue_full: 'rejected',
  engine_not_ready: 'rejected',
  model_unavailable: 'rejected',
  engine_draining: 'rejected',
  rate_limit_exceeded: 'rejected',
  deadline_too_short: 'rejected',
  deadline_behind_queue: 'rejected'
}

function outcomeOf (failure: CodedError | undefined, wasSent: boolean): RequestOutcome {
  if (failure === undefined) return wasSent ? 'ok' : 'cancelled'
  return OUTCOMES[failure.code] ?? (failure.status < 500 ? 'invalid' : 'error')
}
