import Fastify from 'fastify'
import t from 'tap'
import { loggerOptions } from '../../../src/telemetry/logging.js'
import { ReadableLog } from '../../../src/telemetry/readable-log.js'

/** A log over a page of text, and the server's own logger over it. */
function logged () {
  let text = ''
  const log = new ReadableLog((part) => { text += part })
  const app = Fastify({ logger: { ...loggerOptions('info'), stream: log } })
  // Times of day are those of whoever reads.
  return { app, text: () => text.replaceAll(/^\d\d:\d\d:\d\d/gm, 'TIME') }
}

t.test('a request is one line, when it is answered, without its query', async (t) => {
  const { app, text } = logged()
  app.get('/faces', async () => 'none')
  await app.inject('/faces?secret=1')
  t.match(text(), /^TIME {2}GET \/faces 200, \d+\.\d\d s\n$/)
  await app.inject('/nowhere')
  t.match(text(), /\nTIME {2}GET \/nowhere – Route .*\nTIME {2}GET \/nowhere 404, \d+\.\d\d s\n$/)
})

t.test('what a server that is ready wants to say is where to go', async (t) => {
  const { app, text } = logged()
  app.log.info({ address: 'http://127.0.0.1:8080', model: 'toy', precision: 'int8', executionProvider: 'cpu', fallbackReason: 'a library is missing' }, 'ready on http://127.0.0.1:8080')
  t.match(text(), /^TIME {2}ready on http:\/\/127\.0\.0\.1:8080\n\n {10}model {7}toy, int8 on cpu \(no GPU is used: npx unif2ace doctor says why\)\n {10}browser {5}http:\/\/127\.0\.0\.1:8080\/\n {10}reference {3}http:\/\/127\.0\.0\.1:8080\/docs\n/)
})

t.test('levels above the ordinary are named, fields and causes are told, and a private word stays one', async (t) => {
  const { app, text } = logged()
  app.log.warn({ inFlight: 2, prompt: 'a face' }, 'requests in flight are ended')
  app.log.error({ err: new Error('out of memory') }, 'the engine is gone')
  t.equal(text(), 'TIME  warn: requests in flight are ended  (inFlight=2, prompt=[redacted])\nTIME  error: the engine is gone: out of memory\n')
})
