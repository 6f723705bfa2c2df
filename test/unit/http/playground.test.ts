import { readdirSync } from 'node:fs'
import t from 'tap'
import { OPEN_TO_ALL } from '../../../src/http/api-keys.js'
import { PACKAGE_ROOT } from '../../../src/package.js'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { buildToyApp } from '../../support/toy-app.js'

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
const FILES = readdirSync(`${PACKAGE_ROOT}playground`)

t.test('the bare address is the playground, and everything that it names is served under one strict policy', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  const page = await server.inject('/')
  t.equal(page.statusCode, 200)
  const named = [...page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path).filter((path) => path !== '/docs')
  t.ok(named.length >= 4, named.join(' '))
  const modules = FILES.filter((name) => name.endsWith('.js')).map((name) => `/playground/${name}`)
  const types = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' }
  for (const path of ['/', ...named, ...modules]) {
    const file = await server.inject(path)
    const type = path === '/' ? 'text/html; charset=utf-8' : types[path.slice(path.lastIndexOf('.') + 1) as keyof typeof types]
    t.match([file.statusCode, file.headers], [200, { 'content-type': type, 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-cache', etag: /^"[\w-]{22}"$/ }], path)
  }
})

t.test('what is kept is asked about, and sent again only when it has changed', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  const { headers: { etag = '' } } = await server.inject('/playground/main.js')
  const same = await server.inject({ url: '/playground/main.js', headers: { 'if-none-match': etag } })
  t.match([same.statusCode, same.body, same.headers], [304, '', { etag, 'content-security-policy': POLICY }])
  t.equal((await server.inject({ url: '/playground/main.js', headers: { 'if-none-match': '"of-another-version"' } })).statusCode, 200)
  t.not((await server.inject('/')).headers.etag, etag, 'each file has its own')
})

t.test('the page asks nobody for a key, its calls do', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine(), apiKeys: { ...OPEN_TO_ALL, identify: () => undefined } })
  for (const path of ['/', '/playground/main.js', '/playground/page.css']) t.equal((await server.inject(path)).statusCode, 200, path)
  t.equal((await server.inject('/v1/models')).statusCode, 401)
})

t.test('nothing is served but the page\'s own files', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  for (const path of ['/playground/', '/playground/../package.json', '/playground/%2e%2e/package.json', '/playground/none.js', '/playground/index.html']) t.equal((await server.inject(path)).statusCode, 404, path)
})

t.test('switched off, its files are not there and the address leads to the reference', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine(), settings: { playground: 'off' } })
  const root = await server.inject('/')
  t.match([root.statusCode, root.headers.location], [302, '/docs'])
  t.equal((await server.inject('/playground/main.js')).statusCode, 404)
})

t.test('no script or style is inline, nothing is of another server', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  const page = (await server.inject('/')).body
  t.notMatch(page, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
  for (const name of FILES) {
    const { body } = await server.inject(name === 'index.html' ? '/' : `/playground/${name}`)
    t.notMatch(body.replaceAll('http://www.w3.org/2000/svg', ''), /https?:\/\/|innerHTML|insertAdjacentHTML|localStorage|sessionStorage/, name)
  }
})
