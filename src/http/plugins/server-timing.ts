import fastifyPlugin from 'fastify-plugin'
import type { Clock } from '../../common/clock.js'
import type { RequestTimings, TaskContext } from '../../tasks/task-context.js'

/** Times as a body names them, in milliseconds. */
export interface TimingsBody { queue_ms?: number, encode_ms?: number, first_token_ms?: number, total_ms: number }

declare module 'fastify' {
  interface FastifyRequest {
    /** What is known of the request's times now; undefined on routes that ask nothing of the model. */
    timingsNow: () => TimingsBody | undefined
  }
}

const METRICS = [['queue', 'queueMs'], ['encode', 'encodeMs'], ['first-token', 'firstTokenMs']] as const satisfies readonly (readonly [string, keyof RequestTimings])[]

/** Says in `Server-Timing` what is known of a request's times when its headers are written. In a stream that is little: there the last event says the rest. */
export const serverTimingPlugin = fastifyPlugin<{ clock: Clock }>(async (app, { clock }) => {
  const totalMs = ({ admittedAt }: TaskContext): number => clock.now() - admittedAt
  app.decorateRequest('timingsNow', function () {
    return this.taskContext === undefined ? undefined : timingsBody(this.taskContext.timings ?? {}, totalMs(this.taskContext))
  })
  app.addHook('onSend', async ({ taskContext }, reply) => {
    if (taskContext === undefined) return
    const total = totalMs(taskContext)
    // The same where OpenAI's users look for it.
    reply.headers({ 'server-timing': serverTiming(taskContext.timings ?? {}, total), 'openai-processing-ms': String(Math.round(total)) })
  })
}, { name: 'server-timing', dependencies: ['admission'] })

function serverTiming (timings: RequestTimings, totalMs: number): string {
  const known = METRICS.flatMap(([name, field]) => timings[field] === undefined ? [] : [`${name};dur=${rounded(timings[field])}`])
  return [...known, `total;dur=${rounded(totalMs)}`].join(', ')
}

function timingsBody ({ queueMs, encodeMs, firstTokenMs }: RequestTimings, totalMs: number): TimingsBody {
  return {
    ...(queueMs === undefined ? {} : { queue_ms: rounded(queueMs) }),
    ...(encodeMs === undefined ? {} : { encode_ms: rounded(encodeMs) }),
    ...(firstTokenMs === undefined ? {} : { first_token_ms: rounded(firstTokenMs) }),
    total_ms: rounded(totalMs)
  }
}

/** Tenths of a millisecond are more than anybody needs. */
const rounded = (ms: number): number => Math.round(10 * ms) / 10
