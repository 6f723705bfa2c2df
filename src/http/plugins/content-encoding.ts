import fastifyPlugin from 'fastify-plugin'
import { codedError } from '../../common/errors.js'

/** Refuses bodies that are compressed. Pictures are already, and what little text there is would unfold to any size. */
export const contentEncodingPlugin = fastifyPlugin(async (app) => {
  app.addHook('onRequest', async ({ headers }, reply) => {
    const encoding = headers['content-encoding']?.trim().toLowerCase() ?? ''
    if (encoding === '' || encoding === 'identity') return
    reply.header('accept-encoding', 'identity')
    throw codedError('content_encoding_unsupported', [encoding])
  })
}, { name: 'content-encoding', dependencies: ['errors', 'unrouted'] })
