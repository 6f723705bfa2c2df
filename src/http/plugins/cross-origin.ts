import cors from '@fastify/cors'
import fastifyPlugin from 'fastify-plugin'

/** Headers of answers that pages of other origins may read. */
const READABLE = ['x-request-id', 'retry-after', 'retry-after-ms', 'x-should-retry', 'server-timing', 'idempotency-replayed', 'x-seed', 'x-usage', 'x-num-inference-steps', 'x-guidance-scale', 'location',
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
  await app.register(cors, { origin: origins.includes('*') ? '*' : [...origins], methods: ['GET', 'POST', 'DELETE'], exposedHeaders: READABLE, maxAge: REMEMBERED_S })
}, { name: 'cross-origin' })
