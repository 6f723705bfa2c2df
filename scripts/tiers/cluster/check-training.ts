import assert from 'node:assert/strict'
import type { Checks } from './checks.js'
import type { KubernetesObject } from './kubectl.js'
import { situation, type World } from './world.js'

const TRAIN = 'batch.kubernetes.io/job-name=unif2ace-train'
const RENDER = 'batch.kubernetes.io/job-name=unif2ace-render'

/** The training overlay: a Job's whole life, what it makes of failures, and rendering in parts before it. */
export async function checkTraining (world: World, checks: Checks): Promise<void> {
  const { kubectl } = world
  await checks.run('overlays/training: taken without a warning, and the Job completes', async () => {
    await world.applyFolder('overlays/training')
    await kubectl.run(['wait', '--for=condition=complete', 'job/unif2ace-train', '--timeout=180s'])
    const { status } = await kubectl.get('job', 'unif2ace-train')
    assert.equal(status?.['succeeded'], 1)
    await world.removeFolder('overlays/training')
  })
  await checks.run('a training that was told to stop is started again and not counted; a wrong command line ends the Job', async () => { await checkFailures(world) })
  await checks.run('examples/training-on-many: eight parts are rendered, each with its number, while training waits; then it runs', async () => {
    await world.applyFolder('examples/training-on-many')
    const parts = await pods(world, RENDER, 8)
    assert.deepEqual(parts.map(({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-completion-index']).sort(), ['0', '1', '2', '3', '4', '5', '6', '7'])
    for (const part of parts) {
      const text = JSON.stringify(part.spec)
      assert.match(text, /"--part=\$\(JOB_COMPLETION_INDEX\)","--parts=8"/)
      assert.match(text, /"name":"JOB_COMPLETION_INDEX"/)
    }
    await kubectl.run(['wait', '--for=condition=complete', 'job/unif2ace-render', '--timeout=180s'])
    assert.equal((await kubectl.get('job', 'unif2ace-render')).status?.['completedIndexes'], '0-7')
    assert.equal((await kubectl.list('pod', TRAIN)).length, 0, 'training waits')
    await kubectl.run(['patch', 'job', 'unif2ace-train', '--type=merge', '--patch={"spec":{"suspend":false}}'])
    await kubectl.run(['wait', '--for=condition=complete', 'job/unif2ace-train', '--timeout=180s'])
    await world.removeFolder('examples/training-on-many')
  })
}

async function checkFailures (world: World): Promise<void> {
  const { kubectl } = world
  await world.whilePaused(async () => {
    await world.applyFolder('overlays/training')
    const [first] = await pods(world, TRAIN, 1)
    await endPod(world, first, 143)
    const [second] = await pods(world, TRAIN, 1, first)
    const { status } = await kubectl.get('job', 'unif2ace-train')
    assert.equal(status?.['failed'] ?? 0, 0, 'nothing has failed')
    await endPod(world, second, 2)
    await kubectl.run(['wait', '--for=condition=failed', 'job/unif2ace-train', '--timeout=180s'])
    assert.match(JSON.stringify((await kubectl.get('job', 'unif2ace-train')).status), /"reason":"PodFailurePolicy"/)
  })
  await world.removeFolder('overlays/training')
}

/** Waits for so many pods that have a node, other than one that was there before. */
async function pods ({ kubectl }: World, selector: string, count: number, but?: KubernetesObject): Promise<KubernetesObject[]> {
  let found: KubernetesObject[] = []
  await kubectl.until(`${count} pods of ${selector}`, async () => {
    found = (await kubectl.list('pod', selector)).filter(({ metadata, spec }) => metadata.uid !== but?.metadata.uid && spec?.['nodeName'] !== undefined)
    return found.length === count
  }, async () => await situation({ kubectl }))
  return found
}

/** Says of a pod what a node says when its step `train` has ended with an exit code. */
async function endPod ({ kubectl }: World, pod: KubernetesObject | undefined, exitCode: number): Promise<void> {
  const terminated = { exitCode, reason: 'Error', startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:01:00Z' }
  const status = { phase: 'Failed', initContainerStatuses: [{ name: 'train', image: 'trainer', imageID: '', ready: false, restartCount: 0, state: { terminated } }] }
  await kubectl.run(['patch', 'pod', pod?.metadata.name ?? '', '--subresource=status', '--type=merge', `--patch=${JSON.stringify({ status })}`])
}
