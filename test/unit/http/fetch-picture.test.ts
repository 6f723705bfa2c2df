import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createFetchPicture, isPublic } from '../../../src/http/fetch-picture.js'
import { until } from '../../support/until.js'

/** A server on this machine, ended with its test. Its address. */
async function listen (t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.closeAllConnections(); server.close() })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const never = new AbortController().signal
const refused = (reason: RegExp) => ({ code: 'image_url_refused', message: reason })

t.test('a picture of an allowed host comes as it is', async (t) => {
  const sent: unknown[] = []
  const host = await listen(t, (request, response) => { sent.push(request.headers['accept-encoding'], request.headers.cookie, request.headers.authorization); response.end('picture') })
  for (const allowedHosts of [['127.0.0.1'], [host], ['other.example', '127.0.0.1']]) {
    t.equal(Buffer.from(await createFetchPicture({ allowedHosts, maxBytes: 7 })(`http://${host}/a.png`, never)).toString(), 'picture')
  }
  t.same(sent.slice(0, 3), ['identity', undefined, undefined], 'nothing of the request\'s own goes out')
})

t.test('no other host is asked', async (t) => {
  let asked = 0
  const host = await listen(t, (_request, response) => { asked++; response.end() })
  const fetchFrom = (allowedHosts: string[], url: string) => createFetchPicture({ allowedHosts, maxBytes: 10 })(url, never)
  await t.rejects(fetchFrom([], `http://${host}/`), { code: 'image_url_not_fetched' })
  for (const [allowed, url] of [['example.com', `http://${host}/`], ['127.0.0.1:1', `http://${host}/`], ['example.com', 'http://example.com.evil.example/'], ['example.com', 'http://evil.example/example.com'], ['127.0.0.1', `http://[::ffff:${host.replace(':', ']:')}/`]] as const) {
    await t.rejects(fetchFrom([allowed], url), refused(/not among those/), url)
  }
  await t.rejects(fetchFrom(['127.0.0.1'], `http://user:secret@${host}/`), refused(/password/))
  await t.rejects(fetchFrom(['127.0.0.1'], 'http://'), refused(/no address/))
  t.equal(asked, 0)
  t.throws(() => createFetchPicture({ allowedHosts: ['bad host'], maxBytes: 1 }), { code: 'setting_invalid' })
})

t.test('a name that leads into a private network is refused, allowed or not', async (t) => {
  let asked = 0
  const host = await listen(t, (_request, response) => { asked++; response.end() })
  await t.rejects(createFetchPicture({ allowedHosts: ['localhost'], maxBytes: 10 })(`http://localhost:${host.split(':')[1]}/`, never), refused(/localhost leads into a private network/))
  t.equal(asked, 0)
})

t.test('addresses that not everybody on the internet has', (t) => {
  const others = ['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '192.0.2.1', '198.18.0.1', '240.0.0.1', '::1', '::', 'fe80::1', 'fd00::1', 'ff02::1', '::ffff:10.0.0.1', '::ffff:127.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', '2001:db8::1', 'example.com']
  t.same(others.filter(isPublic), [])
  t.same(['93.184.215.14', '1.1.1.1', '2606:4700:4700::1111', '::ffff:1.1.1.1'].filter((address) => !isPublic(address)), [])
  t.end()
})

t.test('a redirect is held against the list like the first address', async (t) => {
  const host = await listen(t, (request, response) => {
    const to: Record<string, string> = { '/once': '/end', '/away': 'http://192.168.0.1/secret', '/name': 'http://localhost/', '/file': 'file:///etc/passwd', '/loop': '/loop' }
    const location = to[request.url ?? '']
    response.writeHead(location === undefined ? 200 : 302, location === undefined ? {} : { location }).end('end')
  })
  const fetchPicture = createFetchPicture({ allowedHosts: ['127.0.0.1', 'localhost'], maxBytes: 10 })
  t.equal(Buffer.from(await fetchPicture(`http://${host}/once`, never)).toString(), 'end')
  await t.rejects(fetchPicture(`http://${host}/away`, never), refused(/192\.168\.0\.1 is not among/))
  await t.rejects(fetchPicture(`http://${host}/name`, never), refused(/private network/))
  await t.rejects(fetchPicture(`http://${host}/file`, never), refused(/file:/))
  await t.rejects(fetchPicture(`http://${host}/loop`, never), { code: 'image_url_unreachable', message: /more than 3 times/ })
})

t.test('bytes and time are bounded, and whoever goes away stops the fetching', async (t) => {
  const open = new Set<string>()
  const host = await listen(t, (request, response) => {
    open.add(request.url ?? '')
    response.on('close', () => { open.delete(request.url ?? '') })
    response.writeHead(request.url === '/404' ? 404 : 200)
    if (request.url === '/404') response.end()
    else if (request.url === '/large') response.end('x'.repeat(100_000))
    else response.write('x')
  })
  const fetchPicture = createFetchPicture({ allowedHosts: ['127.0.0.1'], maxBytes: 1000, timeoutMs: 200 })
  await t.rejects(fetchPicture(`http://${host}/404`, never), { code: 'image_url_unreachable', message: /answered 404/ })
  await t.rejects(fetchPicture(`http://${host}/large`, never), { code: 'image_too_large' })
  await t.rejects(fetchPicture(`http://${host}/slow`, never), { code: 'image_url_unreachable', message: /longer than 200 ms/ })
  const gone = new AbortController()
  const fetching = createFetchPicture({ allowedHosts: ['127.0.0.1'], maxBytes: 1000 })(`http://${host}/gone`, gone.signal)
  gone.abort(new Error('the caller left'))
  await t.rejects(fetching, { message: 'the caller left' })
  await until(() => open.size === 0)
  await t.rejects(createFetchPicture({ allowedHosts: ['127.0.0.1'], maxBytes: 1000 })('http://127.0.0.1:1/', never), { code: 'image_url_unreachable', message: /ECONNREFUSED/ })
})
