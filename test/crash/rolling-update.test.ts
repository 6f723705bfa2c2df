/** One server process takes over from another under load, as in a Deployment with maxUnavailable 0: nobody's request is lost. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import t from 'tap'
import { TYPESCRIPT } from '../support/forked-toy.js'
import { MISCHIEF } from '../support/mischief.js'
import { openAiClient } from '../support/openai-client.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { readPrometheusText } from '../support/prometheus-text.js'
import { readinessProxy } from '../support/readiness-proxy.js'
import { toyFolder } from '../support/toy-folder.js'
import { until } from '../support/until.js'

interface ServerProcess { origin: () => Promise<string>, terminate: () => void, exit: Promise<unknown>, said: (words: string) => boolean }

function startServer (t: Test): ServerProcess {
  const child = spawn(process.execPath, [...TYPESCRIPT, fileURLToPath(new URL('../support/serve-toy.ts', import.meta.url))], { env: { PATH: process.env['PATH'], UNIF2ACE_PORT: '0', UNIF2ACE_MODEL: toyFolder(t) }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => { child.kill('SIGKILL') })
  let output = ''
  child.stdout.on('data', (part: Buffer) => { output += String(part) })
  const address = (): string | undefined => /"msg":"ready on (http:[^"]+)"/.exec(output)?.[1]
  return {
    origin: async () => {
      await until(() => address() !== undefined)
      return address() ?? ''
    },
    terminate: () => { child.kill('SIGTERM') },
    exit: once(child, 'close').then(([code]) => code),
    said: (words) => output.includes(words)
  }
}

const image = dataUrl(await plainPng('teal'))

/** Clients that ask again and again until they are told to stop; what failed is kept. */
function keepAsking (origin: string): { failures: string[], answered: () => number, stop: () => Promise<void> } {
  const client = openAiClient(origin)
  const post = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(`${origin}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    const text = await answer.text()
    if (answer.status !== 200 || text.includes('event: error')) throw new Error(`${path}: ${answer.status} ${text.slice(0, 200)}`)
  }
  const asks: (() => Promise<void>)[] = [
    async () => { await client.images.generate({ model: 'toy', prompt: 'a face', response_format: 'b64_json' }) },
    async () => {
      const stream = await client.chat.completions.create({ model: 'toy', stream: true, max_tokens: 8, seed: 3, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: image } }, { type: 'text', text: 'hat?' }] }] })
      let finish: unknown
      for await (const { choices: [choice] } of stream) finish = choice?.finish_reason ?? finish
      if (finish !== 'stop' && finish !== 'length') throw new Error(`a stream ended with ${String(finish)}`)
    },
    async () => { await post('/v1/faces/generate', { prompt: 'a face', n: 2 }) },
    async () => { await post('/v1/faces/caption', { image, stream: true, temperature: 1, seed: 3, max_tokens: 12 }) }
  ]
  const failures: string[] = []
  const patience = new AbortController()
  let answered = 0
  const clients = asks.map(async (ask) => {
    while (!patience.signal.aborted) await ask().then(() => { answered++ }, (error: unknown) => { failures.push(String(error)) })
  })
  return {
    failures,
    answered: () => answered,
    stop: async () => {
      patience.abort()
      await Promise.all(clients)
    }
  }
}

/** Requests that a server has let in or answered. */
async function arrivals (origin: string): Promise<number> {
  const families = readPrometheusText(await (await fetch(`${origin}/metrics`)).text())
  const sum = (name: string): number => families.get(name)?.samples.reduce((total, { value }) => total + value, 0) ?? 0
  return sum('unif2ace_requests_total') + sum('unif2ace_requests_waiting') + sum('unif2ace_requests_running')
}

t.test('the second server is ready, the first leaves the endpoints, drains and exits with 0: no request has failed', async (t) => {
  const proxy = await readinessProxy()
  t.teardown(proxy.close)
  const servers = [startServer(t), startServer(t)] as const
  const first = proxy.add(await servers[0].origin())
  await until(() => first.isReady)
  const load = keepAsking(proxy.origin)
  await until(() => load.answered() > 8)

  const second = proxy.add(await servers[1].origin())
  await until(() => second.isReady && second.sent > 4)
  // preStop: a pod leaves the endpoints before it is told to end, and what was sent to it meanwhile has come to it.
  proxy.remove(first)
  await until(async () => await arrivals(first.origin) >= first.sent)
  servers[0].terminate()
  t.equal(await servers[0].exit, 0)
  t.ok(servers[0].said('draining: requests in flight are finished'))
  t.notOk(servers[0].said('requests in flight are ended'), 'within its grace')

  const before = load.answered()
  await until(() => load.answered() > before + 8)
  await load.stop()
  t.same(load.failures, [])
  t.ok(first.sent > 0 && second.sent > 0)
})

t.test('its probe says that it drains, while what it has goes on', async (t) => {
  const proxy = await readinessProxy()
  t.teardown(proxy.close)
  const server = startServer(t)
  const only = proxy.add(await server.origin())
  await until(() => only.isReady)
  // Its steps take their time: it is under way when the signal comes.
  const answer = fetch(`${proxy.origin}/v1/faces/caption`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ image, temperature: 1, top_p: MISCHIEF.slow, seed: 3, max_tokens: 20 }) })
  await until(async () => /unif2ace_requests_running{task="caption"} 1/.test(await (await fetch(`${only.origin}/metrics`)).text()))
  server.terminate()
  await until(() => !only.isReady)
  t.equal((await answer).status, 200)
  t.equal(await server.exit, 0)
})
