import { createHash } from 'node:crypto'
import { pipeline, Readable, Transform } from 'node:stream'
import { serialize } from 'node:v8'
import fastifyPlugin from 'fastify-plugin'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../common/clock.js'
import { codedError } from '../../common/errors.js'
import { AnswerShelf, type KeptAnswer } from '../answer-shelf.js'
import { withoutOwnHeaders } from '../own-headers.js'
import { accountOf } from '../request-state.js'
import { unlessAborted } from '../unless-aborted.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asking twice would do something twice: the route takes an Idempotency-Key. Routes with a task always do. */
    takesIdempotencyKey?: true
  }
  interface FastifyRequest {
    /** Takes the answer for those who ask the same again. */
    keepAnswer: ((answer: KeptAnswer | undefined) => void) | undefined
  }
}

const KEY = /^[\x21-\x7e]{1,255}$/
const MAX_ENTRIES = 1024
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Answers a request that comes again with its `Idempotency-Key` as it was answered the first time; while the first is under way, the others wait for it.
 *
 * Only answers that succeeded are kept: what failed may be tried again. Keys of different callers never meet.
 */
export const idempotencyPlugin = fastifyPlugin<{ windowMs: number, clock: Clock }>(async (app, { windowMs, clock }) => {
  const shelf = new AnswerShelf({ windowMs, maxEntries: MAX_ENTRIES, maxBytes: MAX_BYTES, clock })
  app.decorateRequest('keepAnswer', undefined)
  app.addHook('preHandler', async (request, reply) => {
    const { task, takesIdempotencyKey } = request.routeOptions.config
    const key = request.headers['idempotency-key']
    if (key === undefined || (task === undefined && takesIdempotencyKey !== true)) return
    if (windowMs === 0) throw codedError('header_invalid', ['Idempotency-Key', 'no value on this server, which keeps no answers'])
    if (typeof key !== 'string' || !KEY.test(key)) throw codedError('header_invalid', ['Idempotency-Key', '1 to 255 printable characters without spaces'])
    await takeTurn(shelf, `${accountOf(request)}\n${key}`, request, reply)
  })
  app.addHook('onSend', async (request, reply, payload) => request.keepAnswer === undefined ? payload : keep(request.keepAnswer, request, reply, payload))
}, { name: 'idempotency', dependencies: ['authentication'] })

async function takeTurn (shelf: AnswerShelf, name: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const fingerprint = fingerprintOf(request)
  for (;;) {
    const turn = shelf.take(name, fingerprint)
    if (turn.outcome === 'other') throw codedError('idempotency_key_reused', [])
    if (turn.outcome === 'first') {
      request.keepAnswer = turn.keep
      // Whatever ends it without an answer lets the next one go first.
      reply.raw.once('close', () => { turn.keep(undefined) })
      return
    }
    const { taskContext } = request
    const answer = await (taskContext === undefined ? turn.answer : unlessAborted(turn.answer, taskContext.signal))
    if (answer === undefined) continue
    await reply.code(answer.status).headers({ ...answer.headers, 'idempotency-replayed': 'true' }).send(answer.body)
    return
  }
}

/** All that decides about an answer besides the server. */
function fingerprintOf ({ method, url, headers, body }: FastifyRequest): string {
  return createHash('sha256').update(serialize([method, url, headers.accept, body])).digest('base64')
}

function keep (keepAnswer: (answer: KeptAnswer | undefined) => void, request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const { statusCode: status } = reply
  const headers = withoutOwnHeaders(reply.getHeaders())
  if (status >= 300) keepAnswer(undefined)
  else if (typeof payload === 'string' || Buffer.isBuffer(payload)) keepAnswer({ status, headers, body: Buffer.from(payload) })
  else if (payload instanceof Readable) return overheard(payload, (body) => { keepAnswer(body === undefined || request.failure !== undefined ? undefined : { status, headers, body }) })
  else keepAnswer(undefined)
  return payload
}

/** The same stream, whose content is told when all of it has gone through: undefined when it broke off or was too much to keep. */
function overheard (stream: Readable, tell: (content: Buffer | undefined) => void): Readable {
  const parts: Buffer[] = []
  let bytes = 0
  const ear = new Transform({
    transform (part: Buffer, _encoding, done) {
      bytes += part.length
      if (bytes <= MAX_BYTES) parts.push(part)
      done(null, part)
    },
    flush (done) {
      tell(bytes <= MAX_BYTES ? Buffer.concat(parts) : undefined)
      done()
    }
  })
  pipeline(stream, ear, () => { tell(undefined) })
  return ear
}
