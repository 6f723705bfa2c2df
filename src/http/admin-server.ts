import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { codedError, type CodedError } from '../common/errors.js'
import { asCodedError } from './error-body.js'

/** A model that was reloaded, or holds what its folder holds already. */
interface Reloaded { model: string, outcome: string, digest: string, previousDigest: string }

/** What operators can ask for. */
export interface AdminActions {
  /** How many models there are. */
  count: number
  /** @param model its name; the only one where absent */
  reload: (model?: string) => Promise<Reloaded>
  reloadAll: () => Promise<readonly (Reloaded | { model: string, outcome: 'failed', error: CodedError })[]>
}

/** A server of its own for operators: POST /admin/reload. It asks for no key and tells reasons in full, so it listens where operators alone come. */
export function buildAdminServer (actions: AdminActions, log: FastifyBaseLogger): FastifyInstance {
  const server: FastifyInstance = Fastify({ loggerInstance: log, forceCloseConnections: true, bodyLimit: 1024 })
  server.setErrorHandler(async (error, request, reply) => {
    const coded = asCodedError(error, { bodyLimit: 1024, contentType: request.headers['content-type'] })
    return await reply.code(coded.status).send(errorBody(coded))
  })
  server.setNotFoundHandler(async ({ method, url }) => { throw codedError('route_not_found', [method, url.split('?', 1)[0] ?? '']) })
  server.post('/admin/reload', async ({ body }, reply) => {
    const model = modelOf(body)
    if (model !== undefined || actions.count === 1) return reloadedBody(await actions.reload(model))
    const outcomes = await actions.reloadAll()
    const failures = outcomes.flatMap((outcome) => 'error' in outcome ? [outcome.error.status] : [])
    return await reply.code(failures[0] ?? 200).send({
      models: outcomes.map((outcome) => 'error' in outcome ? { model: outcome.model, outcome: outcome.outcome, ...errorBody(outcome.error) } : reloadedBody(outcome))
    })
  })
  return server
}

/** The model that a body names. @throws unknown_field, invalid_field */
function modelOf (body: unknown): string | undefined {
  const fields: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {}
  const unknown = Object.keys(fields).find((field) => field !== 'model')
  if (unknown !== undefined) throw codedError('unknown_field', [unknown, 'model'], { param: unknown })
  const { model } = fields
  if (model !== undefined && typeof model !== 'string') throw codedError('invalid_field', ['model', 'must be the name of a model'], { param: 'model' })
  return model
}

const reloadedBody = ({ previousDigest, ...reloaded }: Reloaded): object => ({ ...reloaded, previous_digest: previousDigest })

const errorBody = ({ message, type, param, code }: CodedError): object => ({ error: { message, type, param: param ?? null, code } })
