import t from 'tap'
import { codedError, toWire } from '../../../src/common/errors.js'
import type { EngineEvent } from '../../../src/engine/protocol.js'
import { forkToy } from '../../support/forked-toy.js'
import { MISCHIEF } from '../../support/mischief.js'
import { dataUrl, plainPng } from '../../support/pictures.js'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { readEvents } from '../../support/server-sent-events.js'
import { buildToyApp } from '../../support/toy-app.js'
import { until } from '../../support/until.js'

const engine = forkToy(t)
await engine.whenReady()
const { server, admission } = await buildToyApp(t, { engine })
const origin = await server.listen({ port: 0, host: '127.0.0.1' })
const image = dataUrl(await plainPng('teal'))

const ask = async (body: object, init: RequestInit = {}, route = 'caption', to = origin): Promise<Response> =>
  await fetch(`${to}/v1/faces/${route}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ image, seed: 1, ...body }), ...init })

t.test('a stream is deltas, the whole answer, and [DONE]', async (t) => {
  for (const [route, what, question] of [['caption', 'caption', {}], ['vqa', 'answer', { question: 'which hat?' }]] as const) {
    const answer = await ask({ stream: true, ...question }, {}, route)
    t.equal(answer.status, 200)
    t.match(Object.fromEntries(answer.headers), { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-request-id': /^req_/ })
    const text = await answer.text()
    t.match(text, /^: heartbeat\n\n/, 'the first byte does not wait for the model')
    const { events, isDone } = readEvents(text)
    t.ok(isDone)
    const last = events.at(-1)
    t.ok(events.slice(0, -1).every(({ event, body }) => event === `${what}.delta` && body['type'] === event))
    t.match(last, { event: `${what}.completed`, body: { type: `${what}.completed`, id: answer.headers.get('x-request-id'), seed: 1, usage: { completion_tokens: Number }, face: { found: true } } })
    const whole = await (await ask(question, {}, route)).json() as Record<string, unknown>
    t.equal(events.slice(0, -1).map(({ body }) => body['delta']).join(''), whole[what], 'the deltas are the text')
    t.equal(last?.body[what], whole[what])
  }
})

t.test('scored choices stream too: nothing is written before the last event', async (t) => {
  const { events } = readEvents(await (await ask({ stream: true, question: 'which hat?', choices: ['red', 'blue'] }, {}, 'vqa')).text())
  t.match(events, [{ event: 'answer.completed', body: { choices: [{ text: 'red' }, { text: 'blue' }] } }])
})

t.test('what is wrong with a request is found before the stream begins', async (t) => {
  const answer = await ask({ stream: true, max_tokens: 21 })
  t.equal(answer.status, 422)
  t.match(await answer.json(), { error: { code: 'setting_out_of_range' } })
})

t.test('a failure after the start is an error event with the error body', async (t) => {
  const failing = new ScriptedEngine(async function * (): AsyncGenerator<EngineEvent> {
    yield { type: 'started', queueMs: 0 }
    yield { type: 'token', tokenId: 4, logprob: -1 }
    yield { type: 'failed', error: toWire(codedError('runtime_failed', ['Run', 6, 'secret path /opt/model'])) }
  })
  const { server: other } = await buildToyApp(t, { engine: failing })
  const answer = await other.inject({ method: 'POST', url: '/v1/faces/caption', payload: { image, stream: true } })
  t.equal(answer.statusCode, 200)
  const { events, isDone } = readEvents(answer.body)
  t.match(events, [{ event: 'caption.delta', body: { delta: 'a' } }, { event: 'error', body: { error: { code: 'runtime_failed', type: 'server_error' } } }])
  t.ok(isDone)
  t.notMatch(answer.body, /secret/)
})

t.test('a client that goes away ends its work in the engine, and all its places are free', async (t) => {
  for (const body of [{ stream: true, top_p: MISCHIEF.endless }, { top_p: MISCHIEF.endless }]) {
    const client = new AbortController()
    const answer = ask({ temperature: 1, max_tokens: 20, ...body }, { signal: client.signal })
    const outcome = answer.then(async (response) => await response.text()).catch((error: unknown) => error)
    await until(() => engine.counts().running.caption === 1)
    t.equal(admission.running.caption, 1)
    client.abort()
    t.match(await outcome, { name: 'AbortError' })
    await until(() => admission.inFlight === 0)
    t.same(engine.counts().running, { generate: 0, caption: 0, answer: 0 })
  }
  t.equal((await ask({})).status, 200, 'the engine works for the next')
  const metrics = await server.inject('/metrics')
  t.match(metrics.body, /unif2ace_requests_total{task="caption",outcome="cancelled"} 2\n/)
})

t.test('the engine has counted the two that went away, and no slot of theirs is used', async (t) => {
  const cancelled = (text: string): number => [...text.matchAll(/^unif2ace_cancelled_total{.*} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
  let text = ''
  await until(async () => {
    text = (await server.inject('/metrics')).body
    return cancelled(text) === 2
  })
  t.match(text, /unif2ace_kv_slots{kind="decode",state="used"} 0\n/)
})

t.test('an engine that dies while it streams fails the stream; an answer that is kept back is written again', async (t) => {
  const slow = { top_p: MISCHIEF.slow, max_tokens: 20, temperature: 1 }
  const expected = await (await ask(slow)).json() as { caption: string }
  const dying = async (body: object): Promise<Response> => {
    const answer = ask({ ...slow, ...body })
    await until(() => engine.counts().running.caption === 1)
    const pid = engine.model()?.pid
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
    return await answer
  }
  const again = await dying({})
  t.equal(again.status, 200)
  t.match(await again.json(), { caption: expected.caption })
  const response = await ask({ ...slow, stream: true })
  let text = ''
  for await (const part of response.body ?? []) {
    text += Buffer.from(part).toString()
    const pid = engine.model()?.pid
    if (pid !== undefined && text.includes('delta') && engine.state() === 'ready') process.kill(pid, 'SIGKILL')
  }
  t.match(readEvents(text).events.at(-1), { event: 'error', body: { error: { code: 'engine_restarted' } } })
})
