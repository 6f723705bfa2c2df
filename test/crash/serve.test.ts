import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { MISCHIEF } from '../support/mischief.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { serveToy as start } from '../support/serve-in-process.js'
import { toyFolder } from '../support/toy-folder.js'
import { until } from '../support/until.js'

const image = dataUrl(await plainPng('teal'))

const caption = async (origin: string, body: object): Promise<Response> =>
  await fetch(`${origin}/v1/faces/caption`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ image, temperature: 1, max_tokens: 20, ...body }) })

/** A request that the engine has begun to work on. */
async function begin (origin: string, topP: number): Promise<{ answer: Promise<Response> }> {
  const answer = caption(origin, { top_p: topP, seed: 3 })
  answer.catch(() => {})
  await until(async () => /unif2ace_requests_running{task="caption"} 1/.test(await (await fetch(`${origin}/metrics`)).text()))
  return { answer }
}

t.test('it listens before the model is loaded, says ready with its address, and ends by a signal', async (t) => {
  const model = toyFolder(t, MISCHIEF.waitingFolder)
  const server = start(t, { model })
  const origin = await server.origin()
  const early = await fetch(`${origin}/readyz`)
  t.match([early.status, await early.json()], [503, { status: 'starting' }])
  t.equal((await fetch(`${origin}/livez`)).status, 200)
  t.match(await (await caption(origin, {})).json(), { error: { code: 'engine_not_ready' } })
  writeFileSync(`${model}/go`, '')
  await until(() => server.said(`ready on ${origin}`) !== undefined)
  t.match(server.said('ready on'), { level: 'info', address: origin, model: 'toy', executionProvider: 'cpu', precision: 'fp32' })
  t.equal((await fetch(`${origin}/readyz`)).status, 200)
  server.signal('SIGINT')
  t.equal(await server.end, 'drained')
  await t.rejects(fetch(`${origin}/livez`), 'nobody listens any more')
})

t.test('told to stop, it finishes what it has, refuses the rest and says so to its probe', async (t) => {
  const server = start(t)
  const origin = await server.origin()
  await until(() => server.said('ready on') !== undefined)
  const { answer } = await begin(origin, MISCHIEF.slow)
  server.signal('SIGTERM')
  t.match([(await fetch(`${origin}/readyz`)).status, (await fetch(`${origin}/livez`)).status], [503, 200])
  t.match(await (await caption(origin, {})).json(), { error: { code: 'engine_draining' } })
  const finished = await answer
  t.equal(finished.status, 200)
  t.match(await finished.json(), { usage: { completion_tokens: Number } })
  t.equal(await server.end, 'drained')
})

t.test('past the drain timeout what still runs is told so', async (t) => {
  const server = start(t, { drainTimeoutMs: '50' })
  const origin = await server.origin()
  await until(() => server.said('ready on') !== undefined)
  const { answer } = await begin(origin, MISCHIEF.endless)
  server.signal('SIGTERM')
  const ended = await answer
  t.match([ended.status, await ended.json()], [503, { error: { code: 'engine_draining' } }])
  t.equal(await server.end, 'drained')
  t.match(server.said('are ended'), { level: 'warn', inFlight: 1, outcome: 'late' })
})

t.test('a second signal does not wait', async (t) => {
  const server = start(t, { drainTimeoutMs: '600000' })
  const origin = await server.origin()
  await until(() => server.said('ready on') !== undefined)
  const { answer } = await begin(origin, MISCHIEF.endless)
  server.signal('SIGINT')
  server.signal('SIGINT')
  t.equal((await answer).status, 503)
  t.equal(await server.end, 'forced')
})

t.test('a signal while the model is being loaded ends it at once', async (t) => {
  const server = start(t)
  await server.origin()
  server.signal('SIGTERM')
  t.equal(await server.end, 'drained')
  t.equal(server.said('ready on'), undefined)
})

t.test('an engine that cannot load its model ends the server with the reason', async (t) => {
  const server = start(t, { model: toyFolder(t, MISCHIEF.missingFolder) })
  await t.rejects(server.end, { code: 'model_folder_missing', message: /no model at .*missing/ })
  t.ok(server.said('listening on'), 'it is the engine that found out')
})

t.test('an engine that dies whenever it starts ends the server', async (t) => {
  const server = start(t, { model: toyFolder(t, MISCHIEF.crashingFolder) })
  await t.rejects(server.end, { code: 'engine_stopped', message: /SIGKILL/ })
  t.equal(server.logs.filter(({ msg }) => msg.includes('ended unexpectedly')).length, 4, 'it was tried again, and each time that was said')
})

t.test('what is wrong before it listens is said at once', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  t.teardown(() => taken.close())
  await new Promise((resolve) => { taken.once('listening', resolve) })
  const { port } = taken.address() as AddressInfo
  await t.rejects(start(t, { port: String(port) }).end, { code: 'address_unusable', message: /EADDRINUSE.*UNIF2ACE_PORT/ })
  await t.rejects(start(t, { model: '/nowhere/at-all' }).end, { code: 'model_folder_missing', message: /\/nowhere\/at-all/ })
  await t.rejects(start(t, { model: 'no-such-model' }).end, { code: 'model_folder_missing', message: /models.no-such-model/ })
  await t.rejects(start(t, { apiKeysFile: '/nowhere/keys' }).end, { code: 'api_keys_invalid' })
})

t.test('an address that others reach is worth a warning where no key is asked for', async (t) => {
  const open = start(t, { host: '0.0.0.0' })
  await open.origin()
  await until(() => open.said('no API keys file') !== undefined)
  t.match(open.said('no API keys file'), { level: 'warn' })
})

t.test('a picture that was read is kept for the next question about it, as far as there is memory for it', async (t) => {
  for (const [pictureCacheBytes, isKept] of [['67108864', true], ['0', false]] as const) {
    const server = start(t, { pictureCacheBytes })
    const origin = await server.origin()
    await until(() => server.said('ready on') !== undefined)
    const cached: number[] = []
    for (let time = 0; time < 2; time++) {
      const answer = await (await caption(origin, { seed: 1 })).json() as { usage: { prompt_tokens_details: { cached_tokens: number } } }
      cached.push(answer.usage.prompt_tokens_details.cached_tokens)
    }
    t.equal(cached[0], 0)
    t.equal((cached[1] ?? 0) > 0, isKept, `${cached[1]} tokens were there already`)
  }
})
