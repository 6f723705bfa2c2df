import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { PACKAGE_ROOT } from '../../package.js'

/** A file as it is sent. */
interface StaticFile { body: Buffer, headers: Record<string, string> }

/** The page's files: HTML, CSS and modules as they were written, with no build in between. */
const FOLDER = `${PACKAGE_ROOT}playground`
const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml'
}

const HEADERS = {
  // Scripts and styles of this server alone, none of them inline; pictures also from the page's own memory; requests to this server alone.
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Kept, but asked about each time: names do not change with what is in the files.
  'cache-control': 'no-cache'
}

/** Serves the playground at / with what it loads under /playground/; switched off, / leads to the API reference. Nobody is asked for a key: what the page calls asks for it. */
export const playgroundPlugin = fastifyPlugin<{ playground: 'on' | 'off' }>(async (app, { playground }) => {
  if (playground === 'off') {
    app.get('/', { schema: { hide: true } }, async (_request, reply) => await reply.redirect('/docs'))
    return
  }
  for (const [name, file] of await readFiles()) {
    app.get(name === 'index.html' ? '/' : `/playground/${name}`, { schema: { hide: true }, logLevel: 'warn' }, async (request, reply) => await sendFile(request, reply, file))
  }
}, { name: 'playground' })

/** All files of the page by name, read once. */
async function readFiles (): Promise<Map<string, StaticFile>> {
  const files = new Map<string, StaticFile>()
  for (const name of await readdir(FOLDER)) {
    const type = MEDIA_TYPES[extname(name)]
    if (type === undefined) continue
    const body = await readFile(`${FOLDER}/${name}`)
    files.set(name, { body, headers: { ...HEADERS, 'content-type': type, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` } })
  }
  return files
}

async function sendFile (request: FastifyRequest, reply: FastifyReply, { body, headers }: StaticFile): Promise<FastifyReply> {
  reply.headers(headers)
  if (request.headers['if-none-match'] === headers['etag']) return await reply.code(304).send()
  return await reply.send(body)
}
