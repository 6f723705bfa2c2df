import type { Checks } from './checks.js'
import { refuses } from './check-admission.js'
import { type KubernetesObject, readObjects } from './kubectl.js'
import { NotHere } from './checks.js'
import type { World } from './world.js'

const isCustom = ({ apiVersion }: KubernetesObject): boolean => /\.(com|sh|org|io)\//.test(apiVersion) && !/^(rbac\.authorization|networking)\.k8s\.io\//.test(apiVersion)

/** Objects that operators read, against the definitions of these operators: taken as they are, refused with a mistake in them. What Kubernetes itself reads of the same folders is applied as it is. */
export async function checkCustomObjects (world: World, checks: Checks): Promise<void> {
  const { kubectl } = world
  const served = new Set((await kubectl.run(['api-versions'])).split('\n'))
  for (const folder of ['examples/cpu-keda', 'examples/training-on-many', 'overlays/kserve']) {
    const all = readObjects(await world.build(folder))
    await checkOwnObjects(world, checks, folder, all.filter((object) => !isCustom(object)))
    for (const object of all.filter(isCustom)) {
      const { apiVersion, kind, metadata: { name } } = object
      await checks.run(`${folder}: ${kind} ${name} fits its definition (${apiVersion})`, async () => {
        if (!served.has(apiVersion)) throw new NotHere('its definition cannot be had as a Go module; CLUSTER_DEFINITIONS names a folder of your own')
        await kubectl.apply(JSON.stringify(object))
        await refuses(world, [object], { what: '', kind, from: '"spec":{', to: '"spec":{"noSuchField":1,', reason: /noSuchField/ })
        await kubectl.run(['delete', `${kind}.${apiVersion.split('/').reverse().join('.')}`, name, '--wait=true'])
      })
    }
  }
}

/** Components that are in no folder without other people's objects: tracing, egress. */
async function checkOwnObjects ({ kubectl }: World, checks: Checks, folder: string, own: readonly KubernetesObject[]): Promise<void> {
  if (own.length === 0) return
  await checks.run(`${folder}: its ${own.length} objects that Kubernetes itself reads are taken without a warning`, async () => {
    await kubectl.apply(listOf(own))
    await kubectl.run(['delete', '--ignore-not-found', '--wait=false', '-f', '-'], listOf(own.filter(({ kind }) => kind !== 'Namespace')))
    await kubectl.until('its pods are gone', async () => (await kubectl.list('pod')).length === 0)
  })
}

function listOf (items: readonly KubernetesObject[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}
