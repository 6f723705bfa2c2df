import type { IncomingHttpHeaders } from 'node:http'
import cors from '@fastify/cors'
import fastifyPlugin from 'fastify-plugin'

/** Headers of answers that pages of other origins may read. */
const READABLE = ['x-request-id', 'retry-after', 'retry-after-ms', 'x-should-retry', 'server-timing', 'openai-processing-ms', 'idempotency-replayed', 'x-seed', 'x-usage', 'x-num-inference-steps', 'x-guidance-scale', 'x-receipt', 'x-agreement', 'x-content-provenance', 'location', 'allow',
  ...['limit', 'remaining', 'reset'].flatMap((figure) => ['requests', 'work-units'].map((what) => `x-ratelimit-${figure}-${what}`))]
/** How long browsers may remember what they were allowed, in seconds. */
const REMEMBERED_S = 600

/**
 * Lets pages of other origins call the API from a browser; without origins nothing is registered and browsers refuse by themselves.
 *
 * Register it before authentication: a browser asks without a key whether it may ask with one, and a refusal has to be readable too.
 */
export const crossOriginPlugin = fastifyPlugin<{ origins: readonly string[] }>(async (app, { origins }) => {
  if (origins.length === 0) return
  const options = { origin: origins.includes('*') ? '*' : [...origins], methods: ['GET', 'POST', 'DELETE'], exposedHeaders: READABLE, maxAge: REMEMBERED_S }
  // An OPTIONS that no browser sent ahead of a request is a method like any other that a path does not take.
  const isPreflight = ({ origin, 'access-control-request-method': method }: IncomingHttpHeaders): boolean => origin !== undefined && method !== undefined
  await app.register(cors, { delegator: (request, done) => { done(null, { ...options, preflight: isPreflight(request.headers) }) } })
}, { name: 'cross-origin' })
