import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { codedError, type CodedError } from '../common/errors.js'
import { createRequestId } from '../common/ids.js'
import { answerError } from './error-body.js'

/** Node keeps the answer that is under way on its socket; a second one must not be written into it. */
type AnsweringSocket = Socket & { _httpMessage?: ServerResponse | null }

const UNKNOWN_METHOD = /^([A-Z]{1,32}) (\/[\x21-\x3e\x40-\x7e]*)(?:\?\S*)? HTTP\/1\.[01]\r\n/

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

function clientError ({ code, message, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }, requestTimeoutMs: number): CodedError {
  // Methods that this Node's parser does not know are answered like those that it knows and no route takes.
  const [, method, path] = code === 'HPE_INVALID_METHOD' ? UNKNOWN_METHOD.exec(rawPacket?.toString('latin1') ?? '') ?? [] : []
  if (method !== undefined && path !== undefined) return codedError('method_not_allowed', [method, path, 'what /docs says'])
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
