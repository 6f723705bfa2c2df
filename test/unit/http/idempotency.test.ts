import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { ManualClock } from '../../../src/common/clock.js'
import { codedError } from '../../../src/common/errors.js'
import { AnswerShelf, type KeptAnswer } from '../../../src/http/answer-shelf.js'
import { hashedKeys } from '../../../src/http/api-keys.js'
import { agreeableEngine } from '../../support/agreeable-engine.js'
import { dataUrl, formRequest, plainPng } from '../../support/pictures.js'
import { ScriptedEngine, type Script } from '../../support/scripted-engine.js'
import { buildToyApp, type ToyApp, type ToyAppOptions } from '../../support/toy-app.js'
import { until } from '../../support/until.js'

const picture = await plainPng('teal')
const image = dataUrl(picture)
const generate = (key: string | undefined, payload: object = { prompt: 'a' }, headers: Record<string, string> = {}) =>
  ({ method: 'POST', url: '/v1/faces/generate', payload, headers: { ...(key === undefined ? {} : { 'idempotency-key': key }), ...headers } } as const)

async function world (t: Test, options: Partial<ToyAppOptions> = {}): Promise<ToyApp & { engine: ScriptedEngine, clock: ManualClock }> {
  const clock = new ManualClock()
  const engine = agreeableEngine()
  return { ...await buildToyApp(t, { engine, clock, ...options }), engine, clock }
}

t.test('the same request with the same key is answered as it was, and done once', async (t) => {
  const { server, engine, admission } = await world(t)
  const first = await server.inject(generate('k'))
  const again = await server.inject(generate('k'))
  t.equal(engine.submitted.length, 1)
  t.same(again.rawPayload, first.rawPayload)
  t.equal(again.headers['x-seed'], first.headers['x-seed'], 'the seed that was drawn')
  t.equal(again.headers['content-type'], first.headers['content-type'])
  t.same([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']], [undefined, 'true'])
  t.not(again.headers['x-request-id'], first.headers['x-request-id'])
  await server.inject(generate(undefined))
  t.equal(engine.submitted.length, 2, 'without a key it is done again')
  t.equal(admission.inFlight, 0)
})

t.test('another body, or another kind of answer, under the same key is refused', async (t) => {
  const { server } = await world(t)
  await server.inject(generate('k'))
  for (const request of [generate('k', { prompt: 'b' }), generate('k', { prompt: 'a' }, { accept: 'image/webp' }), { ...generate('k'), url: '/v1/faces/caption', payload: { image } }]) {
    const answer = await server.inject(request)
    t.match([answer.statusCode, answer.json().error.code, answer.headers['x-should-retry']], [422, 'idempotency_key_reused', 'false'])
  }
})

t.test('keys of different callers never meet', async (t) => {
  const apiKeys = hashedKeys(['a', 'b'].map((key) => createHash('sha256').update(key).digest()))
  const { server, engine } = await world(t, { apiKeys })
  for (const key of ['a', 'b']) t.equal((await server.inject(generate('k', { prompt: key }, { 'x-api-key': key }))).statusCode, 200)
  t.equal(engine.submitted.length, 2)
  const open = await world(t)
  for (const remoteAddress of ['10.0.0.1', '10.0.0.2']) t.equal((await open.server.inject({ ...generate('k', { prompt: remoteAddress.slice(-1) }), remoteAddress })).statusCode, 200)
})

t.test('a second that comes while the first is under way waits for it; when the first fails the second is done itself', async (t) => {
  for (const isLucky of [true, false]) {
    let finish = (): void => {}
    const held = new Promise<void>((resolve) => { finish = resolve })
    const agreeable = agreeableEngine()
    let runs = 0
    const script: Script = async function * (work, options) {
      runs++
      if (runs === 1) await held
      if (runs === 1 && !isLucky) throw codedError('engine_out_of_memory', [])
      yield * agreeable.submit(work, options)
    }
    const { server, admission } = await world(t, { engine: new ScriptedEngine(script) })
    const first = server.inject(generate('k'))
    await until(() => runs === 1)
    const second = server.inject(generate('k'))
    await until(() => admission.inFlight === 2)
    finish()
    const answers = await Promise.all([first, second])
    t.same(answers.map(({ statusCode }) => statusCode), [isLucky ? 200 : 503, 200])
    t.equal(runs, isLucky ? 1 : 2)
  }
})

t.test('answers are kept for the window that is set, and no longer', async (t) => {
  const { server, engine, clock } = await world(t, { settings: { idempotencyWindowMs: '5000' } })
  await server.inject(generate('k'))
  clock.advance(4999)
  await server.inject(generate('k'))
  t.equal(engine.submitted.length, 1)
  clock.advance(1)
  await server.inject(generate('k'))
  t.equal(engine.submitted.length, 2)
  const none = await world(t, { settings: { idempotencyWindowMs: '0' } })
  t.match((await none.server.inject(generate('k'))).json(), { error: { code: 'header_invalid' } }, 'never ignored')
})

t.test('failures are not kept, and keys that cannot be are refused', async (t) => {
  const engine = new ScriptedEngine(() => { throw codedError('engine_restarted', []) })
  const { server } = await world(t, { engine })
  for (let count = 1; count <= 2; count++) {
    t.equal((await server.inject(generate('k'))).statusCode, 503)
    t.equal(engine.submitted.length, count)
  }
  for (const key of ['', 'with space', 'x'.repeat(256)]) t.match((await server.inject(generate(key))).json(), { error: { code: 'header_invalid' } })
})

t.test('streams and forms are kept too', async (t) => {
  const { server, engine } = await world(t)
  const stream = { method: 'POST', url: '/v1/faces/caption', payload: { image, stream: true }, headers: { 'idempotency-key': 's' } } as const
  const [first, again] = [await server.inject(stream), await server.inject(stream)]
  t.match(first.body, /caption\.completed/)
  t.equal(again.body, first.body)
  t.equal(again.headers['content-type'], first.headers['content-type'])
  const form = await formRequest([['image', picture]])
  const asForm = { method: 'POST', url: '/v1/faces/caption', payload: form.payload, headers: { ...form.headers, 'idempotency-key': 'f' } } as const
  t.equal((await server.inject(asForm)).body, (await server.inject(asForm)).body)
  t.equal(engine.submitted.length, 2)
})

t.test('a job that is asked for twice is one job', async (t) => {
  const { server, engine } = await world(t)
  const job = { method: 'POST', url: '/v1/jobs', payload: { task: 'generate', request: { prompt: 'a' } }, headers: { 'idempotency-key': 'j' } } as const
  const ids = [(await server.inject(job)).json().id, (await server.inject(job)).json().id]
  t.equal(ids[0], ids[1])
  t.equal(engine.submitted.length, 1)
})

t.test('what is kept is bounded in number and in bytes; the oldest leave first, and what is under way stays', async (t) => {
  const shelf = new AnswerShelf({ windowMs: 1000, maxEntries: 3, maxBytes: 100, clock: new ManualClock() })
  const answer = (bytes: number): KeptAnswer => ({ status: 200, headers: {}, body: Buffer.alloc(bytes) })
  const put = (name: string, bytes: number): void => {
    const turn = shelf.take(name, '')
    if (turn.outcome === 'first') turn.keep(answer(bytes))
  }
  shelf.take('under way', '')
  for (const name of ['a', 'b', 'c']) put(name, 10)
  t.equal(shelf.entries, 3)
  t.equal(shelf.take('a', '').outcome, 'first', 'it was the oldest')
  t.equal(shelf.take('under way', '').outcome, 'again')
  put('large', 95)
  t.ok(shelf.bytes <= 100)
  put('too large', 101)
  t.equal(shelf.take('too large', '').outcome, 'first')
})
