import assert from 'node:assert/strict'
import type { Checks } from './checks.js'
import type { KubernetesObject } from './kubectl.js'
import { situation, type World } from './world.js'

const TRAIN = 'batch.kubernetes.io/job-name=unif2ace-train'
const RENDER = 'batch.kubernetes.io/job-name=unif2ace-render'
const ANNOTATE = 'batch.kubernetes.io/job-name=unif2ace-annotate'
const INDEX = 'batch.kubernetes.io/job-completion-index'

/** The training overlay: a Job's whole life, what it makes of failures, and rendering and annotation in parts before it. */
export async function checkTraining (world: World, checks: Checks): Promise<void> {
  const { kubectl } = world
  await checks.run('overlays/training: taken without a warning, and the Job completes', async () => {
    await world.applyFolder('overlays/training')
    await completes(world, 'unif2ace-train')
    const { status } = await kubectl.get('job', 'unif2ace-train')
    assert.equal(status?.['succeeded'], 1)
    await world.removeFolder('overlays/training')
  })
  await checks.run('a training that was told to stop is started again and not counted; a wrong command line ends the Job', async () => { await checkFailures(world) })
  await checks.run('examples/training-on-many: eight parts are rendered, each with its number, while all else waits; then it is prepared, and the last Job runs', async () => {
    await world.applyFolder('examples/training-on-many')
    await checkParts(world, RENDER, /"--part=\$\(JOB_COMPLETION_INDEX\)","--parts=8"/)
    await completes(world, 'unif2ace-render')
    assert.equal((await kubectl.get('job', 'unif2ace-render')).status?.['completedIndexes'], '0-7')
    assert.equal((await kubectl.list('pod')).length, 8, 'preparation and training wait')
    for (const job of ['unif2ace-prepare', 'unif2ace-train']) await letGo(world, job)
    await world.removeFolder('examples/training-on-many')
  })
  await checks.run('examples/data-set: eight parts are asked about, each with its number and its ledger; one that was told to stop comes again; then they are joined', async () => {
    await kubectl.run(['create', 'secret', 'generic', 'unif2ace-annotation', '--from-literal=api-key=k'])
    await world.applyFolder('examples/data-set')
    await completes(world, 'unif2ace-render')
    await world.whilePaused(async () => { await checkAnnotation(world) })
    await completes(world, 'unif2ace-annotate')
    const { status } = await kubectl.get('job', 'unif2ace-annotate')
    assert.deepEqual([status?.['completedIndexes'], status?.['failed'] ?? 0, status?.['failedIndexes'] ?? ''], ['0-7', 0, ''])
    for (const job of ['unif2ace-assemble', 'unif2ace-train']) await letGo(world, job)
    await world.removeFolder('examples/data-set')
  })
}

async function checkAnnotation (world: World): Promise<void> {
  await world.kubectl.run(['patch', 'job', 'unif2ace-annotate', '--type=merge', '--patch={"spec":{"suspend":false}}'])
  const parts = await checkParts(world, ANNOTATE, /"--out=\/work\/annotated\/\$\(JOB_COMPLETION_INDEX\)","--part=\$\(JOB_COMPLETION_INDEX\)\/8"/)
  const stopped = parts.find(({ metadata }) => metadata.labels?.[INDEX] === '3')
  await endPod(world, stopped, 143, 'annotate')
  await world.kubectl.until('index 3 has another pod', async () => {
    const pods = await world.kubectl.list('pod', `${ANNOTATE},${INDEX}=3`)
    return pods.some(({ metadata }) => metadata.uid !== stopped?.metadata.uid)
  }, async () => await situation(world))
}

/** Waits for the eight pods of an Indexed Job, each with its number in its arguments. */
async function checkParts (world: World, selector: string, asked: RegExp): Promise<KubernetesObject[]> {
  const parts = await pods(world, selector, 8)
  assert.deepEqual(parts.map(({ metadata }) => metadata.labels?.[INDEX]).sort(), ['0', '1', '2', '3', '4', '5', '6', '7'])
  for (const part of parts) {
    const text = JSON.stringify(part.spec)
    assert.match(text, asked)
    assert.match(text, /"name":"JOB_COMPLETION_INDEX"/)
  }
  return parts
}

async function completes ({ kubectl }: World, job: string): Promise<void> {
  await kubectl.run(['wait', '--for=condition=complete', `job/${job}`, '--timeout=180s'])
}

/** Lets a Job that waits go, to its end. */
async function letGo (world: World, job: string): Promise<void> {
  await world.kubectl.run(['patch', 'job', job, '--type=merge', '--patch={"spec":{"suspend":false}}'])
  await completes(world, job)
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

/** Says of a pod what a node says when a step of it, `train` or its only one, has ended with an exit code. */
async function endPod ({ kubectl }: World, pod: KubernetesObject | undefined, exitCode: number, container?: string): Promise<void> {
  const terminated = { exitCode, reason: 'Error', startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:01:00Z' }
  const ended = [{ name: container ?? 'train', image: 'trainer', imageID: '', ready: false, restartCount: 0, state: { terminated } }]
  const status = { phase: 'Failed', [container === undefined ? 'initContainerStatuses' : 'containerStatuses']: ended }
  await kubectl.run(['patch', 'pod', pod?.metadata.name ?? '', '--subresource=status', '--type=merge', `--patch=${JSON.stringify({ status })}`])
}
