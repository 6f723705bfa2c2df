import assert from 'node:assert/strict'
import type { Checks } from './checks.js'
import { type KubernetesObject, readObjects } from './kubectl.js'
import type { World } from './world.js'

const SERVER = 'app.kubernetes.io/component=server'
const GATEWAY = 'app.kubernetes.io/component=gateway'

/** The cpu overlay: a rollout, scaling, a change of settings and back, and a node that is emptied. */
export async function checkServer (world: World, checks: Checks): Promise<void> {
  const { kubectl } = world
  if (!await checks.run('overlays/cpu: every object is taken without a warning', async () => { await world.applyFolder('overlays/cpu') })) return
  await checks.run('the autoscaler reaches the Deployment: it makes two pods of one, and both become ready under restricted Pod Security', async () => {
    const pods = await world.ready(SERVER, 2)
    const nodes = new Set(pods.map(({ spec }) => spec?.['nodeName']))
    assert.deepEqual([...nodes].sort(), ['one', 'two'], 'one pod a zone')
  })
  await checks.run('what runs is what was written: no token, no Service in the environment, keys that only the group reads', async () => {
    const [pod] = await kubectl.list('pod', SERVER)
    const { automountServiceAccountToken, enableServiceLinks, volumes } = pod?.spec ?? {}
    assert.deepEqual({ automountServiceAccountToken, enableServiceLinks }, { automountServiceAccountToken: false, enableServiceLinks: false })
    assert.ok(Array.isArray(volumes))
    assert.equal(volumes.length, 2, 'no volume with a token was added')
    const keys = volumes.find(({ name }: { name: string }) => name === 'api-keys') as { secret: { defaultMode: number } }
    assert.equal(keys.secret.defaultMode, 0o440)
  })
  await checks.run('scaling up and down', async () => {
    await kubectl.run(['scale', 'deployment/unif2ace', '--replicas=5'])
    await world.ready(SERVER, 5)
    await kubectl.run(['scale', 'deployment/unif2ace', '--replicas=2'])
    await world.ready(SERVER, 2)
  })
  await checks.run('changed settings roll the pods, never with fewer than there were; undo brings the old settings back', async () => { await checkRollout(world) })
  await checks.run('a second pod may not be evicted before the first has a successor', async () => { await checkBudget(world) })
  await world.removeFolder('overlays/cpu')
  for (const folder of ['examples/model-on-claim', 'examples/model-image-volume', 'examples/two-models', 'examples/models-in-one-pod', 'examples/cpu-affinity']) {
    await checks.run(`${folder}: taken without a warning, and its pods run`, async () => {
      await world.applyFolder(folder)
      for (const pods of [SERVER, GATEWAY]) await world.ready(pods, 2 * (await kubectl.list('deployment', pods)).length)
      await world.removeFolder(folder)
    })
  }
}

const settingsOf = ({ spec }: KubernetesObject): string => /"unif2ace-settings-[a-z0-9]+"/.exec(JSON.stringify(spec))?.[0] ?? ''

async function checkRollout ({ kubectl, build, ready }: World): Promise<void> {
  const before = settingsOf(await kubectl.get('deployment', 'unif2ace'))
  const objects = readObjects((await build('overlays/cpu')).replaceAll(before.replaceAll('"', ''), 'unif2ace-settings-changed'))
  let fewest = Infinity
  const rollout = new AbortController()
  const watch = (async () => {
    while (!rollout.signal.aborted) fewest = Math.min(fewest, Number((await kubectl.get('deployment', 'unif2ace')).status?.['availableReplicas'] ?? 0))
  })()
  try {
    await kubectl.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects.filter(({ kind }) => kind === 'ConfigMap' || kind === 'Deployment') }))
    await kubectl.run(['rollout', 'status', 'deployment/unif2ace', '--timeout=180s'])
  } finally {
    rollout.abort()
    await watch
  }
  assert.ok(fewest >= 2, `${fewest} pods were available at the worst`)
  const pods = await ready(SERVER, 2)
  assert.ok(pods.every((pod) => settingsOf(pod) === '"unif2ace-settings-changed"'))
  await kubectl.run(['rollout', 'undo', 'deployment/unif2ace'])
  await kubectl.run(['rollout', 'status', 'deployment/unif2ace', '--timeout=180s'])
  assert.ok((await ready(SERVER, 2)).every((pod) => settingsOf(pod) === before))
  await kubectl.run(['delete', 'configmap', 'unif2ace-settings-changed'])
}

async function checkBudget ({ kubectl, whilePaused, ready }: World): Promise<void> {
  const [first, second] = await ready(SERVER, 2)
  const evict = async (pod: KubernetesObject | undefined) => {
    const { name = '', namespace = '' } = pod?.metadata ?? {}
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }
    return await kubectl.try(['create', '--raw', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, '-f', '-'], JSON.stringify(eviction))
  }
  await kubectl.until('the budget counts both pods', async () => (await kubectl.get('pdb', 'unif2ace')).status?.['disruptionsAllowed'] === 1)
  await whilePaused(async () => {
    assert.equal((await evict(first)).code, 0, 'the first may go')
    const refusal = await evict(second)
    assert.notEqual(refusal.code, 0, 'the second may not')
    assert.match(refusal.complaint, /disruption budget/)
  })
  await ready(SERVER, 2)
}
