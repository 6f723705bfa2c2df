import type { FastifyError } from 'fastify'
import { codedError, isCodedError, type CodedError } from '../common/errors.js'
import type { ErrorBody } from './schemas/common.js'

/** A failure as it is answered. */
export interface ErrorAnswer {
  status: number
  body: ErrorBody
  headers: Record<string, string>
}

/** What messages say of a request. */
export interface RefusedRequest {
  /** Bytes that the body of its route may have. */
  bodyLimit?: number | undefined
  /** As it was sent. */
  contentType?: string | undefined
}

/** The body of an error in the words of the Open Inference Protocol, which everything under /v2 speaks: a message, here with its code. */
export function inferenceErrorBody ({ error: { message, code } }: ErrorBody): { error: string } {
  return { error: `${message} (${code})` }
}

/** Wait advised with a 503: loading and restarting take seconds. */
const UNAVAILABLE_RETRY_MS = 1000

/**
 * The answer to a failure. Errors of our own fault say that and no more: their details are for the log.
 *
 * @param queueRetryMs wait advised with a 429
 */
export function answerError (error: CodedError, queueRetryMs: () => number): ErrorAnswer {
  return {
    status: error.status,
    body: { error: { message: publicMessage(error), type: error.type, param: error.param ?? null, code: error.code } },
    headers: retryHeaders(error, queueRetryMs)
  }
}

/** Values of these messages are paths and words of native code: for the log, not for callers. */
function publicMessage (error: CodedError): string {
  if (error.code === 'engine_stopped') return 'The engine has stopped and does not come back. The server has to be restarted; its log says why.'
  if (error.status !== 500 || error.args.length === 0) return error.message
  return 'Something went wrong inside the server. Try again, and report it with the x-request-id of this answer if it stays.'
}

/** SDKs try again after 408, 409, 429 and 5xx unless they are told not to; these headers tell them when, or not to. */
function retryHeaders (error: CodedError, queueRetryMs: () => number): Record<string, string> {
  if (error.status !== 429 && error.status !== 503) return error.status < 500 || error.code === 'request_stops_engine' ? { 'x-should-retry': 'false' } : {}
  if (error.code === 'engine_stopped') return { 'x-should-retry': 'false' }
  const ms = ownRetryMs(error) ?? (error.status === 429 ? queueRetryMs() : UNAVAILABLE_RETRY_MS)
  return { 'retry-after-ms': String(ms), 'retry-after': String(Math.ceil(ms / 1000)), 'x-should-retry': 'true' }
}

/** The wait that the error itself knows. */
function ownRetryMs ({ code, args }: CodedError): number | undefined {
  const [first, , third] = args
  if (code === 'rate_limit_exceeded') return Number(third)
  return code === 'deadline_behind_queue' ? Number(first) : undefined
}

/**
 * What a failure of any kind is in terms of our table: Fastify's own errors are translated, everything unknown is our fault.
 *
 * @param request what the messages say of it
 */
export function asCodedError (error: unknown, request: RefusedRequest = {}): CodedError {
  if (isCodedError(error)) return error
  if (!isFastifyError(error)) return codedError('internal_error', [error instanceof Error ? error.message : String(error)], { cause: error })
  if (error.validation !== undefined) return validationError(error, error.validation)
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return codedError('body_too_large', [request.bodyLimit ?? 0], { cause: error })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return codedError('media_type_unsupported', [request.contentType ?? '(none)', 'application/json, or multipart/form-data where a picture is sent'], { cause: error })
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return codedError('invalid_json', ['it is empty'], { cause: error })
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return codedError('invalid_json', ['it cannot be parsed'], { cause: error })
  }
  if (error.code?.startsWith('FST_') && isFormCode(error.code)) return codedError('invalid_form', [withoutFullStop(error.message)], { cause: error })
  if (error.statusCode !== undefined && error.statusCode < 500) return codedError('invalid_request', [withoutFullStop(error.message)], { cause: error })
  return codedError('internal_error', [error.message], { cause: error })
}

function isFastifyError (error: unknown): error is FastifyError {
  return error instanceof Error && ('statusCode' in error || 'validation' in error || 'code' in error)
}

/** Codes of @fastify/multipart. */
function isFormCode (code: string): boolean {
  return /^FST_(PARTS|FILES|FIELDS|MP_|INVALID_MULTIPART|PROTO|NO_FORM|REQ_FILE|FILE_BUFFER|INVALID_JSON_FIELD)/.test(code)
}

function validationError (error: FastifyError, problems: NonNullable<FastifyError['validation']>): CodedError {
  const first = closest(problems)
  if (first === undefined) return codedError('invalid_request', [error.message], { cause: error })
  const path = first.instancePath.split('/').slice(1).join('.')
  const within = (name: string): string => path === '' ? name : `${path}.${name}`
  switch (first.keyword) {
    case 'additionalProperties': {
      const field = within(String(first.params['additionalProperty']))
      return codedError('unknown_field', [field, knownFields(first)], { param: field, cause: error })
    }
    case 'required': {
      const field = within(String(first.params['missingProperty']))
      return codedError('missing_field', [field], { param: field, cause: error })
    }
  }
  const problem = describeProblem(first, problems)
  if (path === '') return codedError('invalid_request', [`the ${error.validationContext ?? 'body'} ${problem}`], { cause: error })
  return codedError('invalid_field', [path, problem], { param: path, cause: error })
}

type Problem = NonNullable<FastifyError['validation']>[number]

/**
 * The problem to tell. Of a field that takes one of several shapes each shape has one: what is meant is the shape that the value comes nearest to, so the deepest problem, or else one that is not about its type.
 */
function closest (problems: readonly Problem[]): Problem | undefined {
  const [first] = problems
  if (!problems.some(({ keyword }) => keyword === 'anyOf')) return first
  const depth = ({ instancePath }: Problem): number => instancePath.split('/').length
  const nearer = (one: Problem, other: Problem): boolean => depth(other) > depth(one) || (depth(other) === depth(one) && one.keyword === 'type' && other.keyword !== 'type')
  return problems.filter(({ keyword }) => keyword !== 'anyOf').reduce<Problem | undefined>((best, each) => best === undefined || nearer(best, each) ? each : best, undefined)
}

/** @param all problems of the body: where a value has none of the types that its field takes, all of them are named */
function describeProblem ({ keyword, params, message, instancePath }: Problem, all: readonly Problem[]): string {
  const types = all.flatMap((each) => each.keyword === 'type' && each.instancePath === instancePath ? [String(each.params['type'])] : [])
  if (keyword === 'type' && types.length > 1) return `must be ${types.join(' or ')}`
  const allowed = params['allowedValues']
  if (keyword === 'enum' && Array.isArray(allowed)) return `must be one of ${allowed.join(', ')}`
  return message ?? 'is not allowed'
}

/** Names of the fields that are taken there; the validator leaves its schema on the problem (Ajv's verbose mode). */
function knownFields (problem: Problem): string {
  const { parentSchema: schema }: Record<string, unknown> = { ...problem }
  const properties = typeof schema === 'object' && schema !== null && 'properties' in schema ? schema.properties : undefined
  return typeof properties === 'object' && properties !== null ? Object.keys(properties).join(', ') : 'in /docs'
}

const withoutFullStop = (message: string): string => message.replace(/\.$/, '')
