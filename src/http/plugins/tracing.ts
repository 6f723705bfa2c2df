import fastifyPlugin from 'fastify-plugin'
import type { FastifyRequest } from 'fastify'
import type { Span, SpanAttributes, Traces } from '../../telemetry/traces.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's part of a trace; undefined where nobody traces, and for probes. */
    span: Span | undefined
  }
}

/** Traces what is asked under /v1 and of the models under /v2, by the conventions for HTTP servers; log lines of such a request carry `trace_id` and `span_id`. Probes, metrics and pages are not traced. */
export const tracingPlugin = fastifyPlugin<{ traces: Traces | undefined }>(async (app, { traces }) => {
  app.decorateRequest('span', undefined)
  if (traces === undefined) return
  app.addHook('onClose', async () => { await traces.close() })
  app.addHook('onRequest', async (request, reply) => {
    const { url: route = '' } = request.routeOptions
    if (!/^\/(v1|v2\/models)\//.test(route)) return
    const span = traces.request(`${request.method} ${route}`, request.headers, requestAttributes(request, route))
    request.span = span
    request.log = reply.log = request.log.child(span.ids)
    // Not onResponse: it does not come when the client goes away.
    reply.raw.once('close', () => {
      span.set({ 'http.response.status_code': reply.statusCode })
      const { failure } = request
      const code = failure?.code ?? (reply.raw.writableFinished ? undefined : 'request_aborted')
      if (code !== undefined) span.set({ 'unif2ace.error.code': code })
      // A refusal is the client's to look at: by the conventions it is no failure of a server's span.
      span.end({ error: code !== undefined && (failure === undefined || failure.status >= 500) ? code : undefined })
    })
  })
}, { name: 'tracing' })

function requestAttributes (request: FastifyRequest, route: string): SpanAttributes {
  const { method, protocol, headers, ip, id, url } = request
  const [path = ''] = url.split('?', 1)
  return {
    'http.request.method': method,
    'http.route': route,
    'url.path': path,
    'url.scheme': protocol,
    'client.address': ip,
    'network.protocol.version': request.raw.httpVersion,
    'unif2ace.request.id': id,
    ...(headers['user-agent'] === undefined ? {} : { 'user_agent.original': headers['user-agent'] })
  }
}
