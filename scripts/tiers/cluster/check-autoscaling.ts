import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { within } from '../parts/processes.js'
import { type Prometheus, startPrometheus } from '../parts/prometheus.js'
import { type Served, startServer } from '../parts/served.js'
import { type Checks, NotHere } from './checks.js'
import { startMetricsAdapter } from './metrics-adapter.js'
import type { World } from './world.js'

const SERVER = 'app.kubernetes.io/component=server'
/** Callers that always have a request under way: with two guided pictures of 16 steps each, 64 work units, the queue holds more than two pods are meant to. */
const CALLERS = 60
/** The queue of two pods is full at 2 x 640; with more than four times that the autoscaler has to go two pods at a time, twice. */
const UNITS_A_POD = 640
const PODS_AT_FIRST = 2
const PODS_AT_A_TIME = 2
const PODS_AT_MOST = 8
/** An autoscaler lets things be within a tenth of what is wanted. */
const TOLERANCE = 0.1
const WAIT_SECONDS = 240

/** The autoscaler of the cpu overlay on a live metric: a server under load, a Prometheus that scrapes it, and the API through which an autoscaler reads it. @param tools folder with prometheus, or '' */
export const checkAutoscaling = (tools: string) => async (world: World, checks: Checks): Promise<void> => {
  await checks.run('overlays/cpu: the autoscaler makes as many pods as the queue of a loaded server asks for, two at a time; KEDA\'s query asks for the same', async () => {
    if (tools === '') throw new NotHere('no Prometheus')
    await world.applyFolder('overlays/cpu')
    const [first] = await world.ready(SERVER, PODS_AT_FIRST)
    const server = await startServer({ UNIF2ACE_MAX_QUEUE_REQUESTS: '64', UNIF2ACE_REQUEST_TIMEOUT_MS: '600000' })
    const prometheus = await startPrometheus(join(tools, 'prometheus'), new URL(server.origin).host, { namespace: 'unif2ace', pod: first?.metadata.name ?? '' })
    const adapter = await startMetricsAdapter(world.kubectl, prometheus)
    const hurry = new AbortController()
    try {
      load(server.origin, hurry.signal)
      const waiting = await holdQueue(server)
      await checkScaling(world, prometheus, waiting)
    } finally {
      hurry.abort()
      server.resumeEngine()
      await adapter.stop()
      await prometheus.stop()
      await server.stop()
    }
  })
  await world.removeFolder('overlays/cpu')
}

/** Callers who ask again as soon as they are answered, until they are told to stop. */
function load (origin: string, signal: AbortSignal): void {
  const ask = async (seed: number): Promise<void> => {
    const body = JSON.stringify({ prompt: 'a face', n: 2, num_inference_steps: 16, guidance_scale: 2, seed })
    while (!signal.aborted) await (await fetch(`${origin}/v1/faces/generate`, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal })).arrayBuffer()
  }
  for (let seed = 0; seed < CALLERS; seed++) ask(seed).catch(() => {}) // they were told to stop
}

/** Waits until the queue is long, and holds the engine still: what waits is the same number for everybody who looks. @returns work units */
async function holdQueue (server: Served): Promise<number> {
  const read = async (): Promise<number> => [...(await server.metrics()).matchAll(/^unif2ace_work_units\{[^}]*state="waiting"[^}]*\} (\d+)$/gm)].reduce((sum, [, units]) => sum + Number(units), 0)
  const isLong = async (): Promise<boolean> => await read() > (PODS_AT_FIRST + PODS_AT_A_TIME) * UNITS_A_POD * (1 + TOLERANCE)
  assert.ok(await within(WAIT_SECONDS, async () => {
    if (!await isLong()) return false
    server.pauseEngine()
    if (await isLong()) return true
    server.resumeEngine()
    return false
  }), `the queue did not become long: ${await read()} units`)
  let [before, after] = [-1, await read()]
  // What it said last is still on its way.
  assert.ok(await within(WAIT_SECONDS, async () => { [before, after] = [after, await read()]; return before === after }))
  return after
}

async function checkScaling ({ kubectl, ready }: World, prometheus: Prometheus, waiting: number): Promise<void> {
  const { metadata, threshold, query } = kedaTrigger()
  let seen = NaN
  assert.ok(await within(WAIT_SECONDS, async () => {
    const { error, samples } = await prometheus.query(query)
    seen = Number(samples[0]?.value[1])
    return error === undefined && samples.length === 1 && seen === waiting
  }), `${metadata}: Prometheus says ${seen}, the server ${waiting}`)
  assert.equal(threshold, UNITS_A_POD)
  assert.ok(waiting > (PODS_AT_FIRST + PODS_AT_A_TIME) * UNITS_A_POD * (1 + TOLERANCE))
  const sizes = [PODS_AT_FIRST]
  let size = PODS_AT_FIRST
  await kubectl.until(`pods enough for ${waiting} waiting units`, async () => {
    size = Number((await kubectl.get('deployment', 'unif2ace')).spec?.['replicas'])
    if (size !== sizes.at(-1)) sizes.push(size)
    return restsAt(waiting, size)
  }, async () => JSON.stringify((await kubectl.get('hpa', 'unif2ace')).status, null, 1))
  await ready(SERVER, size)
  const steps = sizes.slice(1).map((next, index) => next - (sizes[index] ?? 0))
  assert.ok(steps.length > 1 && steps.every((step) => step > 0 && step <= PODS_AT_A_TIME), `not two at a time: ${sizes.join(', ')}`)
}

/** Whether an autoscaler leaves it at so many pods, by its own formula: ⌈waiting / target⌉, unless it is near enough. It may come there by way of what waited earlier. */
function restsAt (waiting: number, pods: number): boolean {
  return pods === Math.min(Math.ceil(waiting / UNITS_A_POD), PODS_AT_MOST) || Math.abs(waiting / (UNITS_A_POD * pods) - 1) <= TOLERANCE
}

/** What KEDA would ask Prometheus, and how much of it a pod may have. */
function kedaTrigger (): { metadata: string, threshold: number, query: string } {
  const file = new URL('../../../k8s/components/autoscaling-keda/scaled-object.yaml', import.meta.url)
  const { spec: { triggers: [trigger] } } = parse(readFileSync(file, 'utf8')) as { spec: { triggers: { metadata: { query: string, threshold: string } }[] } }
  return { metadata: JSON.stringify(trigger?.metadata), threshold: Number(trigger?.metadata.threshold), query: trigger?.metadata.query ?? '' }
}
