import { randomUUID } from 'node:crypto'

/** Name of one request, in logs, in `x-request-id` and between the processes. */
export function createRequestId (): string {
  return `req_${randomUUID().replaceAll('-', '')}`
}
