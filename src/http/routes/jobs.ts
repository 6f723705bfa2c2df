import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Clock } from '../../common/clock.js'
import { codedError } from '../../common/errors.js'
import type { Job, JobAnswer } from '../job.js'
import { JOB_HEADER, type JobBoard } from '../job-board.js'
import { JOB_ROUTES } from '../job-task.js'
import { withoutOwnHeaders } from '../own-headers.js'
import { accountOf } from '../request-state.js'
import { type JobBody, JobBodySchema, JobSchema } from '../schemas/jobs.js'
import { errorResponses, readErrorResponses } from '../schemas/responses.js'

export interface JobRouteOptions {
  jobs: JobBoard
  clock: Clock
  bodyLimit: number
}

const Params = Type.Object({ id: Type.String({ description: 'Name of the job.' }) })
const tags = ['jobs']

const createSchema = {
  operationId: 'createJob',
  tags,
  summary: 'Ask for something and fetch the answer later',
  description: 'The request is checked at once: what is wrong with its fields, and no place, are answered as its own route would; a picture that cannot be read makes the job fail. `x-priority`, `x-deadline-ms` and `Idempotency-Key` work as elsewhere; without a deadline a job has UNIF2ACE_JOB_TIMEOUT_MS. Jobs live in the memory of one server: they end with it.',
  body: JobBodySchema,
  response: { 202: JobSchema, ...errorResponses }
}
const getSchema = { operationId: 'getJob', tags, summary: 'How far a job is', params: Params, response: { 200: JobSchema, ...readErrorResponses } }
const cancelSchema = { operationId: 'cancelJob', tags, summary: 'End a job, or drop its result', params: Params, response: { 200: JobSchema, ...readErrorResponses } }
const resultSchema = {
  operationId: 'getJobResult',
  tags,
  summary: 'The answer of a job',
  description: 'With the status, the type and the body that its own route would have answered, errors included.',
  params: Params,
  response: { 200: { description: 'What the job\'s route answers.', content: { 'application/json': { schema: Type.Unknown() } } }, ...errorResponses, ...readErrorResponses, 409: { ...readErrorResponses[404], description: 'The job has not ended yet.' } }
}

/** POST /v1/jobs, GET and DELETE /v1/jobs/{id}, GET /v1/jobs/{id}/result */
export const jobRoutes: FastifyPluginAsyncTypebox<JobRouteOptions> = async (app, { jobs, clock, bodyLimit }) => {
  const describe = (job: Job): JobBody => describeJob(job, jobs.resultMs, clock.now())
  app.post('/v1/jobs', { schema: createSchema, config: { takesIdempotencyKey: true }, bodyLimit }, async (request, reply) => {
    const { task, request: body } = request.body
    if (body['stream'] !== undefined && body['stream'] !== false) throw codedError('invalid_field', ['request.stream', 'is not taken in a job: its answer is fetched when it is whole'], { param: 'request.stream' })
    const job = jobs.create(accountOf(request), task)
    const refusal = await start(app, jobs, job, request, body)
    if (refusal === undefined) return await reply.code(202).header('location', `/v1/jobs/${job.id}`).send(describe(job))
    jobs.remove(job)
    return await sendAnswer(reply, refusal)
  })
  app.get('/v1/jobs/:id', { schema: getSchema }, async (request) => describe(jobs.get(request.params.id, accountOf(request))))
  app.delete('/v1/jobs/:id', { schema: cancelSchema }, async (request) => {
    const job = jobs.get(request.params.id, accountOf(request))
    job.cancel(codedError('job_cancelled', []))
    jobs.remove(job)
    return describe(job)
  })
  app.get('/v1/jobs/:id/result', { schema: resultSchema }, async (request, reply) => {
    const { answer, state } = jobs.get(request.params.id, accountOf(request))
    if (answer === undefined) throw codedError('job_unfinished', [state])
    return await sendAnswer(reply, answer)
  })
}

/**
 * Sends the job's request to its own route, inside the server: everything that holds there holds here.
 *
 * @returns the answer, when it was refused before it was let in and understood
 */
async function start (app: FastifyInstance, jobs: JobBoard, job: Job, request: FastifyRequest, body: object): Promise<JobAnswer | undefined> {
  const answered = app.inject({
    method: 'POST',
    url: JOB_ROUTES[job.task],
    remoteAddress: request.ip,
    headers: { ...passedOn(request), 'content-type': 'application/json', accept: 'application/json', 'x-request-id': job.id, [JOB_HEADER]: job.token, ...traceOf(request) },
    payload: JSON.stringify(body)
  }).then(({ statusCode, headers, rawPayload }): JobAnswer => ({ status: statusCode, headers: withoutOwnHeaders(headers), body: rawPayload }))
  const ended = answered.then((answer) => {
    jobs.end(job, answer)
    return answer
  })
  const first = await Promise.race([job.counted, ended])
  ended.catch((error: unknown) => { request.log.error({ err: error }, 'a job was lost') })
  return first !== undefined && first.status >= 400 ? first : undefined
}

/** A job's own request is part of the trace of whoever asked for it. */
function traceOf ({ span }: FastifyRequest): Record<string, string> {
  return span === undefined ? {} : { traceparent: `00-${span.ids.trace_id}-${span.ids.span_id}-${span.isSampled ? '01' : '00'}` }
}

const PASSED_ON = ['authorization', 'x-api-key', 'x-priority', 'x-deadline-ms'] as const

function passedOn ({ headers }: FastifyRequest): Record<string, string> {
  return Object.fromEntries(PASSED_ON.flatMap((name) => typeof headers[name] === 'string' ? [[name, headers[name]]] : []))
}

async function sendAnswer (reply: FastifyReply, { status, headers, body }: JobAnswer): Promise<FastifyReply> {
  return await reply.code(status).headers(headers).send(body)
}

function describeJob (job: Job, resultMs: number, now: number): JobBody {
  const { id, task, state, created, position, etaMs, endedAt, answer } = job
  return {
    id,
    object: 'job',
    task,
    state,
    created,
    position,
    eta_ms: etaMs === undefined ? null : Math.round(etaMs),
    result_url: answer === undefined ? null : `/v1/jobs/${id}/result`,
    expires_in_ms: endedAt === undefined ? null : Math.max(0, Math.round(endedAt + resultMs - now))
  }
}
