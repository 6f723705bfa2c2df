/** OpenAI's `type`: what kind of trouble it is, for SDKs that branch on it. */
export type ErrorType =
  /** The request itself must change. */
  | 'invalid_request_error'
  /** The key is missing or unknown. */
  | 'authentication_error'
  /** The thing named does not exist. */
  | 'not_found_error'
  /** No place now; the same request may succeed later. */
  | 'rate_limit_error'
  /** The server cannot answer now; the same request may succeed later. */
  | 'service_unavailable_error'
  /** The server's own fault. */
  | 'server_error'

/** One row of the table. `param` names the request field at fault where that is always the same. */
export interface ErrorDefinition {
  status: number
  type: ErrorType
  message: (...args: never[]) => string
  param?: string
}
