import { createHash } from 'node:crypto'
import t from 'tap'
import { loadManifest, modelFile } from '../../src/artifacts/load-manifest.js'
import { buildApp } from '../../src/app.js'
import { systemClock } from '../../src/common/clock.js'
import { readConfig } from '../../src/config.js'
import { knownKeys } from '../../src/http/api-keys.js'
import { describeModel } from '../../src/tasks/face-model.js'
import { loadTokenizer } from '../../src/text/tokenizer.js'
import { debugFolder } from '../support/debug-model.js'
import { forkModel } from '../support/forked-model.js'
import { until } from '../support/until.js'

/** One guided picture at a time, so that the order of beginning is the order of ending. */
const engine = forkModel(t, { rowLimits: { encode: 1, prefill: 1, decode: 1, unmask: 2, render: 1 } })
await engine.whenReady()
const folder = await loadManifest(debugFolder())
const model = describeModel(folder.manifest, await loadTokenizer(modelFile(folder, 'tokenizer.json')))
const keyOf = (key: string, weight: number) => ({ hash: createHash('sha256').update(key).digest(), terms: { weight } })
const apiKeys = knownKeys([keyOf('light', 1), keyOf('heavy', 3)])
const { server, models: { first: { backend: { admission } } } } = await buildApp({ models: [{ engine, model }], apiKeys, clock: systemClock, version: '0.0.0' }, readConfig({}, { logLevel: 'silent', maxQueueRequests: '1000' }))
t.teardown(async () => { await server.close() })

/** Asks for pictures of a key, all at once; tells as each of them is there. */
function flood (key: string, count: number, told: (key: string) => void, headers: Record<string, string> = {}): Promise<void>[] {
  return Array.from({ length: count }, async (_, seed) => {
    const { statusCode } = await server.inject({ method: 'POST', url: '/v1/faces/generate', headers: { 'x-api-key': key, ...headers }, payload: { prompt: 'a face', seed, num_inference_steps: 4 } })
    if (statusCode !== 200) throw new Error(`${key} was answered ${statusCode}`)
    told(key)
  })
}

/**
 * The order in which pictures are there of which all had come before the first one began: something else keeps the engine busy meanwhile. Where that ends too early, on a slow machine, everything is
 * tried again.
 */
async function orderOf (count: number, ask: (told: (key: string) => void) => Promise<void>[]): Promise<string[]> {
  for (;;) {
    const order: string[] = []
    let isBusy = true
    const busy = server.inject({ method: 'POST', url: '/v1/faces/generate', headers: { 'x-api-key': 'light' }, payload: { prompt: 'a face', seed: 1, num_inference_steps: folder.manifest.limits.max_inference_steps } }).then(() => { isBusy = false })
    await until(() => admission.running.generate === 1)
    const asked = ask((key) => { order.push(key) })
    await until(() => admission.waiting === count || !isBusy)
    const hadAllCome = isBusy
    await Promise.all([busy, ...asked])
    if (hadAllCome) return order
  }
}

t.test('two keys that flood the server get pictures by their weights, and the one that came first does not go first', async (t) => {
  const order = await orderOf(48, (told) => [...flood('light', 24, told), ...flood('heavy', 24, told)])
  const contended = order.slice(0, 28)
  const heavy = contended.filter((key) => key === 'heavy').length
  t.ok(heavy >= 18 && heavy <= 24, `${heavy} of the first 28 are of the key with three quarters of the weight`)
  t.equal(admission.inFlight, 0)
})

t.test('what is asked for in the background comes last, though it was asked for first', async (t) => {
  const order = await orderOf(10, (told) => [...flood('light', 4, () => { told('background') }, { 'x-priority': 'background' }), ...flood('heavy', 6, () => { told('normal') })])
  t.same(order, [...new Array<string>(6).fill('normal'), ...new Array<string>(4).fill('background')])
})

/** Mean of the unmasking steps so far, in milliseconds. */
async function stepMs (): Promise<number> {
  const { body } = await server.inject('/metrics')
  const [sum = 0, count = 1] = ['sum', 'count'].map((what) => Number(new RegExp(`^unif2ace_step_duration_seconds_${what}{phase="unmask"} (.*)$`, 'm').exec(body)?.[1]))
  return 1000 * sum / count
}

t.test('after real steps an impossible deadline is refused, and a possible one is met', async (t) => {
  const { max_inference_steps: steps, max_images_per_request: n } = folder.manifest.limits
  const ask = async (deadlineMs: number, payload: object) =>
    await server.inject({ method: 'POST', url: '/v1/faces/generate', headers: { 'x-api-key': 'light', 'x-deadline-ms': String(Math.ceil(deadlineMs)), accept: 'application/json' }, payload: { prompt: 'a face', seed: 1, ...payload } })
  // A guided picture's two rows are a step here, one picture after the other.
  const refused = await ask(steps * n * await stepMs() / 4, { n, num_inference_steps: steps })
  t.match([refused.statusCode, refused.json()], [422, { error: { code: 'deadline_too_short' } }])
  t.equal((await ask(60_000, { num_inference_steps: 4 })).statusCode, 200)
})
