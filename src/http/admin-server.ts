import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { codedError } from '../common/errors.js'
import { asCodedError } from './error-body.js'

/** What operators can ask for. */
export interface AdminActions {
  /** @returns what became of it, for JSON */
  reload: () => Promise<{ model: string, outcome: string, digest: string, previousDigest: string }>
}

/** A server of its own for operators: POST /admin/reload. It asks for no key and tells reasons in full, so it listens where operators alone come. */
export function buildAdminServer ({ reload }: AdminActions, log: FastifyBaseLogger): FastifyInstance {
  const server: FastifyInstance = Fastify({ loggerInstance: log, forceCloseConnections: true, bodyLimit: 1024 })
  server.setErrorHandler(async (error, request, reply) => {
    const { status, message, type, param, code } = asCodedError(error, { bodyLimit: 1024, contentType: request.headers['content-type'] })
    return await reply.code(status).send({ error: { message, type, param: param ?? null, code } })
  })
  server.setNotFoundHandler(async ({ method, url }) => { throw codedError('route_not_found', [method, url.split('?', 1)[0] ?? '']) })
  server.post('/admin/reload', async ({ body }) => {
    const [field] = typeof body === 'object' && body !== null ? Object.keys(body) : []
    if (field !== undefined) throw codedError('unknown_field', [field, 'none'], { param: field })
    const { previousDigest, ...reloaded } = await reload()
    return { ...reloaded, previous_digest: previousDigest }
  })
  return server
}
