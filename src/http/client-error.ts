import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { codedError, type CodedError } from '../common/errors.js'
import { createRequestId } from '../common/ids.js'
import { answerError } from './error-body.js'

/** Node keeps the answer that is under way on its socket; a second one must not be written into it. */
type AnsweringSocket = Socket & { _httpMessage?: ServerResponse | null }

/**
 * Answers what is no readable HTTP request in the shape of every other error. There is no request yet, so the answer is written on the socket itself.
 *
 * @param requestTimeoutMs how long a request may take to arrive, for the message
 */
export function answerClientError (error: NodeJS.ErrnoException, socket: AnsweringSocket, requestTimeoutMs: number): void {
  // After a reset nobody listens.
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable && socket._httpMessage?.headersSent !== true) socket.write(plainAnswer(clientError(error, requestTimeoutMs)))
  socket.destroy()
}

function clientError ({ code, message }: NodeJS.ErrnoException, requestTimeoutMs: number): CodedError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return codedError('request_incomplete', [requestTimeoutMs])
  if (code === 'HPE_HEADER_OVERFLOW') return codedError('headers_too_large', [])
  return codedError('invalid_request', [`it is not HTTP (${message})`])
}

function plainAnswer (error: CodedError): string {
  const { status, body, headers } = answerError(error, () => 0)
  const text = JSON.stringify(body)
  const lines = Object.entries({
    ...headers,
    'x-request-id': createRequestId(),
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close'
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`
}
