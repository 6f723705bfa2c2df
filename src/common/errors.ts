import type { ErrorDefinition, ErrorType } from './error-definition.js'
import { ERROR_TABLE, type ErrorCode } from './error-table.js'

export type { ErrorType } from './error-definition.js'
export type { ErrorCode } from './error-table.js'

/** The values of a code's message, in order. */
export type ErrorArgs<C extends ErrorCode> = Parameters<(typeof ERROR_TABLE)[C]['message']>

/** What an error is on the wire between the two processes: structured clone would lose its prototype. */
export interface WireError { code: string, args: (string | number)[] }

export interface CodedErrorOptions {
  /** What caused it, kept for the log and never sent to a caller. */
  cause?: unknown
  /** The request field at fault, where the table does not name it. */
  param?: string
}

/** An error that callers can act on. Made by `codedError`. */
export class CodedError extends Error {
  readonly code: ErrorCode
  readonly args: readonly (string | number)[]
  /** HTTP status. */
  readonly status: number
  /** OpenAI's `type`. */
  readonly type: ErrorType
  /** The request field at fault. */
  readonly param: string | undefined

  constructor (code: ErrorCode, args: readonly (string | number)[], options: CodedErrorOptions = {}) {
    const definition: ErrorDefinition = ERROR_TABLE[code]
    // The table types each message by its own arguments; codedError has checked them, the wire brings them back as they were.
    const message = definition.message as (...values: readonly (string | number)[]) => string
    super(message(...args), 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'CodedError'
    this.code = code
    this.args = args
    this.status = definition.status
    this.type = definition.type
    this.param = options.param ?? definition.param
  }
}

/** The same error about another field of the request. */
export function withParam (error: CodedError, param: string): CodedError {
  return new CodedError(error.code, error.args, { param, cause: error.cause })
}

/** A coded error; `args` are what the code's message takes. */
export function codedError<C extends ErrorCode> (code: C, args: ErrorArgs<C>, options?: CodedErrorOptions): CodedError {
  return new CodedError(code, args, options)
}

/** Whether it is a coded error, of this code where one is given. */
export function isCodedError (error: unknown, code?: ErrorCode): error is CodedError {
  return error instanceof CodedError && (code === undefined || error.code === code)
}

/** An error as it crosses between processes. What has no code becomes `internal_error`. */
export function toWire (error: unknown): WireError {
  if (isCodedError(error)) return { code: error.code, args: [...error.args] }
  return { code: 'internal_error', args: [error instanceof Error ? error.message : String(error)] }
}

/** The error that crossed. An unknown code (processes of two versions) becomes `internal_error`. */
export function fromWire ({ code, args }: WireError): CodedError {
  if (isErrorCode(code)) return new CodedError(code, args)
  return codedError('internal_error', [`unknown error code ${code}`])
}

function isErrorCode (code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, code)
}
