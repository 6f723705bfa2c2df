import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { codedError } from '../../../src/common/errors.js'
import { answerError, asCodedError } from '../../../src/http/error-body.js'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { buildToyApp } from '../../support/toy-app.js'

const GENERATE = { method: 'POST', url: '/v1/faces/generate', payload: { prompt: 'a' } } as const

t.test('what fails inside is 500, says nothing of the inside to the caller and everything to the log', async (t) => {
  const failures = [new TypeError('cannot read /opt/secret'), codedError('runtime_failed', ['Run', 1, 'node /opt/secret']), codedError('model_file_missing', ['/opt/secret'])]
  for (const failure of failures) {
    const lines: string[] = []
    const { server } = await buildToyApp(t, { engine: new ScriptedEngine(() => { throw failure }), logTo: { write: (line) => { lines.push(line) } }, settings: { logLevel: 'error' } })
    const answer = await server.inject(GENERATE)
    t.equal(answer.statusCode, 500)
    t.match(answer.json(), { error: { type: 'server_error', param: null, message: /x-request-id/ } })
    t.notMatch(answer.body, /secret/)
    t.match(lines.join(''), /secret/)
    t.match(JSON.parse(lines[0] ?? '{}'), { level: 'error', reqId: answer.headers['x-request-id'] })
    t.match((await server.inject('/metrics')).body, /unif2ace_requests_total{task="generate",outcome="error"} 1\n/)
  }
})

t.test('an engine that is gone for good does not tell callers why', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine(() => { throw codedError('engine_stopped', ['no model at /opt/secret']) }) })
  const answer = await server.inject(GENERATE)
  t.equal(answer.statusCode, 503)
  t.match(answer.json(), { error: { code: 'engine_stopped', message: /does not come back/ } })
  t.notMatch(answer.body, /secret/)
  t.equal(answer.headers['x-should-retry'], 'false')
})

t.test('an unknown route is 404 in the shape of every error', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  for (const [method, url] of [['GET', '/v1/nothing?key=secret'], ['DELETE', '/v1/models/a/b'], ['POST', '/V1/faces/generate']] as const) {
    const answer = await server.inject({ method, url })
    t.match([answer.statusCode, answer.json()], [404, { error: { message: /There is no/, type: 'not_found_error', param: null, code: 'route_not_found' } }], url)
    t.notMatch(answer.body, /secret/)
  }
})

t.test('a method that a path does not take is 405, and Allow names those that it takes', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  const cases = [['GET', '/v1/faces/generate?key=secret', 'POST'], ['DELETE', '/v1/models', 'GET, HEAD'], ['PUT', '/v1/jobs/job_1', 'DELETE, GET, HEAD'], ['POST', '/docs/static/index.html', 'GET, HEAD']] as const
  for (const [method, url, allow] of cases) {
    const answer = await server.inject({ method, url })
    t.match([answer.statusCode, answer.headers.allow, answer.json()], [405, allow, { error: { message: /does not take/, type: 'invalid_request_error', code: 'method_not_allowed' } }], `${method} ${url}`)
    t.notMatch(answer.body, /secret/)
  }
  const unreadable = await server.inject({ method: 'PUT', url: '/v1/models', payload: '{', headers: { 'content-type': 'application/json' } })
  t.equal(unreadable.statusCode, 405, 'whatever its body is')
})

t.test('under /v2 what no route takes is said in the words of its protocol', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  const wrong = await server.inject({ method: 'PATCH', url: '/v2/models/generate/infer' })
  t.match([wrong.statusCode, wrong.headers.allow, wrong.json()], [405, 'POST', { error: /does not take PATCH.* \(method_not_allowed\)$/ }])
  for (const url of ['/v2/', '/v2/nothing', '/v2/models/', '/v2/models/generate/versions/']) t.match(await server.inject(url).then((answer) => [answer.statusCode, answer.json()]), [404, { error: /There is no .* \(route_not_found\)$/ }], url)
  t.match((await server.inject('/v20')).json(), { error: { code: 'route_not_found' } })
})

t.test('a name that is empty in a path leads to no route', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  t.equal((await server.inject({ method: 'POST', url: '/v2/models/generate/versions//infer', payload: {} })).statusCode, 404, 'neither does one that asks the model')
  for (const url of ['/v1/models/', '/v1/jobs/']) t.match((await server.inject(url)).json(), { error: { code: 'route_not_found', message: `There is no GET ${url}. The routes are in /docs.` } })
})

t.test('a body that is compressed is refused by its encoding, not as broken JSON', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  for (const [url, said] of [['/v1/faces/generate', { error: { code: 'content_encoding_unsupported', message: /gzip/ } }], ['/v2/models/generate/infer', { error: /gzip.*content_encoding_unsupported/ }]] as const) {
    const answer = await server.inject({ method: 'POST', url, headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' }, payload: gzipSync('{"prompt": "a"}') })
    t.match([answer.statusCode, answer.headers['accept-encoding'], answer.json()], [415, 'identity', said], url)
  }
  const plain = await server.inject({ method: 'POST', url: '/v1/faces/generate', headers: { 'content-encoding': 'identity' }, payload: {} })
  t.match(plain.json(), { error: { code: 'missing_field' } })
})

t.test('every answer carries x-request-id: the client\'s where it can be used, else a new one', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  const idOf = async (given?: string, url = '/livez'): Promise<unknown> => (await server.inject({ url, headers: given === undefined ? {} : { 'x-request-id': given } })).headers['x-request-id']
  t.equal(await idOf('trace-1/a=b+c:d.e_f'), 'trace-1/a=b+c:d.e_f')
  for (const unusable of [undefined, '', 'two words', 'ä', 'x'.repeat(129), 'a"b']) t.match(await idOf(unusable), /^req_[0-9a-f]{32}$/)
  t.not(await idOf(), await idOf())
  for (const url of ['/nowhere', '/%zz', '/metrics', '/v1/models']) t.equal(await idOf('mine', url), 'mine', url)
})

t.test('a URL that cannot be read is 400', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  const answer = await server.inject('/%zz')
  t.match([answer.statusCode, answer.json()], [400, { error: { code: 'invalid_request', message: /not a valid url/ } }])
})

t.test('what is no HTTP has the same error body', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  const origin = await server.listen({ port: 0, host: '127.0.0.1' })
  const cases: [string, RegExp, string][] = [
    ['nonsense\r\n\r\n', /^HTTP\/1.1 400 Bad Request/, 'invalid_request'],
    ['INVENTED /livez?key=secret HTTP/1.1\r\nhost: x\r\n\r\n', /^HTTP\/1.1 405 Method Not Allowed/, 'method_not_allowed'],
    [`GET /livez HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1.1 431 /, 'headers_too_large']
  ]
  for (const [sent, status, code] of cases) {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    const parts: Buffer[] = []
    socket.on('data', (part: Buffer) => { parts.push(part) })
    socket.on('error', () => {}) // a reset after the answer
    socket.write(sent)
    await once(socket, 'close')
    const [head = '', body = ''] = Buffer.concat(parts).toString().split('\r\n\r\n')
    t.match(head, status)
    t.match(head, /x-request-id: req_/)
    t.match(JSON.parse(body), { error: { code, type: 'invalid_request_error' } })
  }
})

t.test('only what may succeed later is worth another try', async (t) => {
  const retry = (...error: Parameters<typeof codedError>): Record<string, string> => answerError(codedError(...error), () => 1500).headers
  t.same(retry('queue_full', [3]), { 'retry-after-ms': '1500', 'retry-after': '2', 'x-should-retry': 'true' })
  t.match(retry('engine_restarted', []), { 'retry-after': '1', 'x-should-retry': 'true' })
  t.same(retry('engine_stopped', ['x']), { 'x-should-retry': 'false' })
  t.same(retry('request_stops_engine', []), { 'x-should-retry': 'false' })
  t.same(retry('missing_field', ['prompt']), { 'x-should-retry': 'false' })
  t.same(retry('internal_error', ['x']), {}, 'clients try 500 and 504 again by themselves')
})

t.test('whatever is thrown becomes a coded error', async (t) => {
  t.match(asCodedError('thrown text'), { code: 'internal_error', args: ['thrown text'] })
  t.match(asCodedError(undefined), { code: 'internal_error' })
  t.match(asCodedError(Object.assign(new Error('teapot.'), { statusCode: 418 })), { code: 'invalid_request', args: ['teapot'] })
  t.match(asCodedError(Object.assign(new Error('broken'), { code: 'EPIPE' })), { code: 'internal_error' })
  const own = codedError('queue_full', [1])
  t.equal(asCodedError(own), own)
})
