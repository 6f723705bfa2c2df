import t from 'tap'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { buildToyApp } from '../../support/toy-app.js'
import { TOY_MANIFEST } from '../../support/toy-manifest.js'

t.test('the model that is served is listed with what runs it and what it allows', async (t) => {
  const engine = new ScriptedEngine()
  const { server } = await buildToyApp(t, { engine })
  const list = (await server.inject('/v1/models')).json()
  t.match(list, { object: 'list', data: [{ id: 'toy', object: 'model', owned_by: 'unif2ace', created: Date.UTC(2026, 0, 1) / 1000, license: 'Apache-2.0', execution_provider: 'cpu' }] })
  const { parameters, sizes, limits, defaults, provenance, guidance } = TOY_MANIFEST
  t.match(list.data[0], { parameters, sizes, limits, defaults, provenance, guidance })
  t.same((await server.inject('/v1/models/toy')).json(), list.data[0])
})

t.test('until it is loaded nothing is said of what runs it', async (t) => {
  const engine = new ScriptedEngine()
  const { server } = await buildToyApp(t, { engine })
  engine.enter('starting')
  t.equal((await server.inject('/v1/models/toy')).json().execution_provider, null)
})

t.test('another model is 404, with the name of the one that is served', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine() })
  const answer = await server.inject('/v1/models/gpt')
  t.match([answer.statusCode, answer.json()], [404, { error: { code: 'model_not_found', param: 'model', message: /gpt.*serves toy/ } }])
})

t.test('live follows the event loop, ready the engine', async (t) => {
  const engine = new ScriptedEngine()
  const { server } = await buildToyApp(t, { engine })
  for (const [state, status] of [['starting', 503], ['ready', 200], ['restarting', 503], ['draining', 503], ['stopped', 503]] as const) {
    engine.enter(state)
    const ready = await server.inject('/readyz')
    t.match([ready.statusCode, ready.json()], [status, { status: state }])
    const live = await server.inject('/livez')
    t.match([live.statusCode, live.json()], [200, { status: 'live' }])
  }
})

t.test('the documentation is served by this server alone, and the bare address leads to it where the playground is off', async (t) => {
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine(), settings: { playground: 'off' } })
  const root = await server.inject('/')
  t.match([root.statusCode, root.headers.location], [302, '/docs'])
  const page = await server.inject('/docs')
  t.equal(page.statusCode, 200)
  const scripts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
  t.ok(scripts.length > 2)
  for (const path of scripts) t.equal((await server.inject(path)).statusCode, 200, path)
  t.match(page.headers['content-security-policy'], /default-src 'self'; img-src 'self' data: blob:/, 'it may show a picture that it was answered')
  t.notMatch(page.headers['content-security-policy'], /https?:/, 'and nothing of another server')
})
