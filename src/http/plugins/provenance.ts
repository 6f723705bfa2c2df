import fastifyPlugin from 'fastify-plugin'
import type { DigitalSource } from '../../image/xmp-packet.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the pictures of a route are, where they are not made from words alone; `none` where its task gives no pictures. */
    digitalSource?: DigitalSource | 'none'
  }
}

/** Says in a header of every answer with pictures that a model made them, for whoever does not open the file. */
export const provenancePlugin = fastifyPlugin<{ provenance: 'on' | 'off' }>(async (app, { provenance }) => {
  if (provenance === 'off') return
  app.addHook('onSend', async (request, reply, payload) => {
    const { task, digitalSource } = request.routeOptions.config
    if (task === 'generate' && digitalSource !== 'none' && reply.statusCode === 200) reply.header('x-content-provenance', digitalSource ?? 'trainedAlgorithmicMedia')
    return payload
  })
}, { name: 'provenance' })
