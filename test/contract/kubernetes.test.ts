import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parseAllDocuments } from 'yaml'
import { readConfig, SETTINGS } from '../../src/config.js'
import { createMetrics } from '../../src/telemetry/metrics.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MANIFESTS = join(ROOT, 'k8s')
/** How long answers that say that a request had to stop may take to leave (src/serve.ts), and the end of two processes. */
const LAST_WORDS_S = 2

interface Probe { httpGet: { path: string, port: string | number } }
interface Container {
  name: string
  image?: string
  args?: string[]
  env?: { name: string, value?: string }[]
  ports?: { name?: string, containerPort: number }[]
  startupProbe?: Probe
  readinessProbe?: Probe
  livenessProbe?: Probe
  lifecycle?: { preStop: { sleep: { seconds: number } } }
  securityContext?: Record<string, unknown>
}
interface PodSpec { containers: Container[], initContainers?: Container[], enableServiceLinks?: boolean, automountServiceAccountToken?: boolean, terminationGracePeriodSeconds?: number }
interface Manifest { path: string, kind: string, metadata: { name: string }, spec: Record<string, unknown> }

const paths = readdirSync(MANIFESTS, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(ya?ml|env)$/.test(path)).sort()
const textOf = (path: string): string => readFileSync(join(MANIFESTS, path), 'utf8')
const manifests = paths.filter((path) => !path.endsWith('.env')).flatMap((path) => parseAllDocuments(textOf(path)).map((document): Manifest => ({ path, ...document.toJS({ maxAliasCount: 100 }) })))
const manifest = (path: string): Manifest => {
  const found = manifests.find((each) => each.path === path)
  if (found === undefined) throw new Error(`k8s/${path} is missing`)
  return found
}
const settingsFile = Object.fromEntries(textOf('base/settings.env').split('\n').filter((line) => /^[A-Z]/.test(line)).map((line) => line.split('=', 2)))

/** Every specification of a pod, wherever in an object it stands. */
function podsOf (value: unknown): PodSpec[] {
  if (typeof value !== 'object' || value === null) return []
  const here = 'containers' in value && Array.isArray(value.containers) ? [value as PodSpec] : []
  return [...here, ...Object.values(value).flatMap(podsOf)]
}

const server = podsOf(manifest('base/deployment.yaml'))[0]
const predictor = podsOf(manifest('overlays/kserve/serving-runtime.yaml'))[0]
const runtimeSettings = Object.fromEntries(predictor?.containers[0]?.env?.flatMap(({ name, value }) => value === undefined ? [] : [[name, value]]) ?? [])
const servers = [
  { what: 'base', container: server?.containers[0], settings: settingsFile, graceSeconds: server?.terminationGracePeriodSeconds },
  { what: 'kserve', container: predictor?.containers[0], settings: runtimeSettings, graceSeconds: Number((manifest('overlays/kserve/inference-service.yaml').spec['predictor'] as PodSpec).terminationGracePeriodSeconds) }
]

t.test('every setting that a manifest names exists', async (t) => {
  const known = new Set(SETTINGS.map(({ variable }) => variable))
  const named = paths.flatMap((path) => [...textOf(path).matchAll(/UNIF2ACE_[A-Z_]*[A-Z]/g)].map(([name]) => ({ path, name })))
  t.ok(named.length > 10)
  t.same(named.filter(({ name }) => !known.has(name)), [])
})

for (const { what, container, settings, graceSeconds } of servers) {
  t.test(`${what}: the server takes these settings, and listens where it is asked`, async (t) => {
    const { host, port, requestTimeoutMs, drainTimeoutMs } = readConfig({ ...settings, UNIF2ACE_THREADS: '2' })
    t.equal(host, '0.0.0.0')
    t.same(container?.ports?.map(({ containerPort }) => containerPort), [port])
    for (const probe of [container?.startupProbe, container?.readinessProbe, container?.livenessProbe]) {
      const { path = '', port: asked = '' } = probe?.httpGet ?? {}
      t.ok(asked === port || container?.ports?.some(({ name }) => name === asked), `a port of ${path}`)
      t.ok(readFileSync(join(ROOT, 'openapi.yaml'), 'utf8').includes(`  ${path}:\n`), path)
    }
    t.ok(drainTimeoutMs >= requestTimeoutMs, 'what was let in is answered')
    const sleepSeconds = container?.lifecycle?.preStop.sleep.seconds ?? 0
    t.ok(Number(graceSeconds) >= sleepSeconds + drainTimeoutMs / 1000 + LAST_WORDS_S, 'the drain is not cut off')
  })
}

t.test('no Service of the namespace becomes a setting, and no pod has a token', async (t) => {
  const pods = manifests.flatMap(({ path, spec }) => podsOf(spec).map((pod) => ({ path, pod }))).filter(({ path }) => !/(components\/model-|overlays\/gpu|serving-runtime)/.test(path))
  t.ok(pods.length >= 4)
  for (const { path, pod } of [...pods, { path: 'kserve', pod: manifest('overlays/kserve/inference-service.yaml').spec['predictor'] as PodSpec }]) {
    t.match(pod, { enableServiceLinks: false, automountServiceAccountToken: false }, path)
  }
  t.throws(() => readConfig({ UNIF2ACE_SERVICE_HOST: '10.0.0.1' }), { code: 'setting_unknown' }, 'what a Service would have been')
})

t.test('every container is restricted', async (t) => {
  for (const { path, spec } of manifests) {
    for (const { containers, initContainers = [] } of podsOf(spec).filter(() => path !== 'overlays/gpu/deployment.yaml')) {
      for (const container of [...initContainers, ...containers].filter(({ name }) => !(name === 'server' && path.startsWith('components/')))) {
        t.match(container.securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }, `${path}: ${container.name}`)
      }
    }
  }
})

t.test('autoscalers and pickers read metrics that the server has', async (t) => {
  const { registry } = createMetrics({ modelParameters: {}, totalParameters: 1, live: { waiting: () => 0, running: () => ({ generate: 0, caption: 0, answer: 0 }) } })
  const known = new Set((await registry.getMetricsAsJSON()).map(({ name }) => name))
  for (const folder of ['autoscaling-hpa', 'autoscaling-keda', 'inference-pool']) {
    const text = paths.filter((path) => path.startsWith(`components/${folder}/`)).map(textOf).join('\n')
    const named = [...text.matchAll(/\bunif2ace_[a-z_]+\b/g)].map(([name]) => name)
    t.ok(named.length > 0, folder)
    t.same(named.filter((name) => !known.has(name)), [], folder)
  }
  t.match(textOf('components/autoscaling-keda/scaled-object.yaml'), 'unif2ace_work_units{state="waiting"')
  t.match(manifest('components/autoscaling-hpa/horizontal-pod-autoscaler.yaml').spec, { metrics: [{ pods: { metric: { name: 'unif2ace_work_units', selector: { matchLabels: { state: 'waiting' } } } } }] })
})

const COMMANDS = join(ROOT, 'training/unif2ace_training/commands')

/** The text of a command's module, with the modules of the same folder that it takes options from. */
function sourceOf (command: string): string {
  const source = readFileSync(join(COMMANDS, `${command}.py`), 'utf8')
  return source + [...source.matchAll(/from unif2ace_training\.commands\.(\w+) import/g)].map(([, module = '']) => sourceOf(module)).join('')
}

t.test('the trainer has the commands and options that its Jobs ask for', async (t) => {
  const asked = manifests.flatMap(({ spec }) => podsOf(spec)).flatMap(({ containers, initContainers = [] }) => [...initContainers, ...containers]).filter(({ image, args }) => image === 'unif2ace-trainer' && args !== undefined)
  t.ok(asked.length > 8)
  for (const { args: [command = '', ...options] = [] } of asked) {
    t.ok(existsSync(join(COMMANDS, `${command}.py`)), command)
    const source = sourceOf(command)
    for (const option of options) t.ok(source.includes(`"${option.split('=')[0]}"`), `${command} ${option}`)
  }
})

t.test('as many parts are rendered, asked about and joined as there are indexes', async (t) => {
  const render = manifest('components/rendering/render-job.yaml')
  const annotate = manifest('components/annotation/annotate-job.yaml')
  const partsOf = ({ spec }: Manifest): (string | undefined)[] => podsOf(spec)[0]?.containers[0]?.args?.map((argument) => /^--parts?=.*?(\d+)$/.exec(argument)?.[1]).filter((parts) => parts !== undefined) ?? []
  for (const job of [render, annotate]) {
    const { completions, parallelism } = job.spec
    t.equal(completions, parallelism)
    t.same(partsOf(job), [String(completions)], job.path)
  }
  const [assemble] = podsOf(manifest('components/annotation/assemble-job.yaml').spec)
  t.same(assemble?.containers[0]?.args?.filter((argument) => argument.startsWith('--annotations')), Array.from({ length: Number(annotate.spec['completions']) }, (_, index) => `--annotations=/work/annotated/${index}`))
})

t.test('what is prepared for many workers is what the Job of one machine prepares', async (t) => {
  const steps = (path: string): Container[] => podsOf(manifest(path).spec).flatMap(({ containers, initContainers = [] }) => [...initContainers, ...containers])
  const [prepared, alone] = [steps('components/pytorch-job/prepare-job.yaml'), steps('overlays/training/train-job.yaml')]
  t.ok(prepared.length > 2)
  t.same(prepared, alone.slice(0, prepared.length))
  t.equal(alone[prepared.length]?.name, 'train')
  const [worker] = podsOf(manifest('components/pytorch-job/pytorch-job.yaml').spec)
  // torchrun starts as many as there are GPUs, and without a GPU nothing of it.
  t.same(worker?.containers[0]?.args, [...alone[prepared.length]?.args ?? [], '--set=device=cuda'])
})
