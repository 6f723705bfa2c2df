import assert from 'node:assert/strict'
import type { Checks } from './checks.js'
import { addNode, isReady, type World } from './world.js'

const SERVER = 'app.kubernetes.io/component=server'

/** The gpu overlay: pods go where GPUs are, one a GPU, and wait for the next one. */
export async function checkGpu (world: World, checks: Checks): Promise<void> {
  const { kubectl } = world
  if (!await checks.run('overlays/gpu: every object is taken without a warning', async () => { await world.applyFolder('overlays/gpu') })) return
  await checks.run('with one GPU the first pod runs beside it and the second waits for another', async () => {
    await kubectl.until('one pod runs and one waits', async () => {
      const pods = await kubectl.list('pod', SERVER)
      return pods.length === 2 && pods.filter(isReady).length === 1
    }, async () => await kubectl.run(['get', 'pod', '-o', 'wide']))
    const [running] = (await kubectl.list('pod', SERVER)).filter(isReady)
    assert.equal(running?.spec?.['nodeName'], 'gpu-one')
    const [waiting] = (await kubectl.list('pod', SERVER)).filter((pod) => !isReady(pod))
    assert.equal(waiting?.spec?.['nodeName'], undefined)
    await kubectl.until('the scheduler says why', async () => /Insufficient nvidia\.com\/gpu/.test(JSON.stringify(await kubectl.list('pod', SERVER))))
  })
  await checks.run('a second node with a GPU takes the pod that waited', async () => {
    await addNode(world, { name: 'gpu-two', zone: 'b', gpus: 1 })
    const pods = await world.ready(SERVER, 2)
    assert.deepEqual(pods.map(({ spec }) => spec?.['nodeName']).sort(), ['gpu-one', 'gpu-two'])
  })
  await world.removeFolder('overlays/gpu')
}
