import { METHODS } from 'node:http'
import fastifyPlugin from 'fastify-plugin'
import { codedError } from '../../common/errors.js'

/** A path as routes name it, and what it takes. */
interface Place { pattern: RegExp, methods: Set<string> }

/** Answers what no route takes: 405 where the path takes other methods, which `Allow` then names, else 404. Register it before the routes. */
export const unroutedPlugin = fastifyPlugin(async (app) => {
  const places = new Map<string, Place>()
  app.addHook('onRoute', ({ url, method }) => {
    const place = places.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const each of [method].flat()) place.methods.add(each)
    places.set(url, place)
  })
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const allowed = [...places.values()].filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => [...methods])
    if (allowed.length === 0) throw codedError('route_not_found', [request.method, path])
    const methods = METHODS.filter((method) => allowed.includes(method)).join(', ')
    reply.header('allow', methods)
    throw codedError('method_not_allowed', [request.method, path, methods])
  })
}, { name: 'unrouted', dependencies: ['errors'] })

/** Paths that a route's URL stands for: `:id` is any part, a final `*` any rest. */
function patternOf (url: string): RegExp {
  const parts = url.split('/').map((part) => part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[^\w-]/g, '\\$&'))
  return new RegExp(`^${parts.join('/')}$`)
}
