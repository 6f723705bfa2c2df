import { METHODS } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { codedError } from '../../common/errors.js'

/** A path as routes name it, and what it takes. */
interface Place { pattern: RegExp, methods: Set<string> }

/** Answers what no route takes: 405 where the path takes other methods, which `Allow` then names, else 404. Register it before the routes. */
export const unroutedPlugin = fastifyPlugin(async (app) => {
  const places = new Map<string, Place>()
  app.addHook('onRoute', ({ url, method }) => {
    // Preflights of other origins: no place.
    if (url === '*') return
    const place = places.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const each of [method].flat()) place.methods.add(each)
    places.set(url, place)
  })
  const refuse = async (request: FastifyRequest, reply: FastifyReply): Promise<never> => {
    const path = request.url.split('?', 1)[0] ?? ''
    const allowed = [...places.values()].filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => [...methods])
    if (allowed.length === 0) throw codedError('route_not_found', [request.method, path])
    const methods = METHODS.filter((method) => allowed.includes(method)).join(', ')
    reply.header('allow', methods)
    throw codedError('method_not_allowed', [request.method, path, methods])
  }
  // Before the body is looked at: what is wrong with it is of no interest.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404 || hasEmptyName(request.params)) await refuse(request, reply)
  })
  app.setNotFoundHandler(refuse)
}, { name: 'unrouted', dependencies: ['errors', 'authentication'] })

/** Whether a path leaves a name out, as /v1/models/ does: the router takes that for a name. */
function hasEmptyName (params: unknown): boolean {
  return typeof params === 'object' && params !== null && Object.entries(params).some(([name, value]) => name !== '*' && value === '')
}

/** Paths that a route's URL stands for: `:id` is any part, a final `*` any rest. */
function patternOf (url: string): RegExp {
  const parts = url.split('/').map((part) => part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[^\w-]/g, '\\$&'))
  return new RegExp(`^${parts.join('/')}$`)
}
