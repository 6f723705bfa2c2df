import type { Checks } from './checks.js'
import { refuses } from './check-admission.js'
import { readObjects } from './kubectl.js'
import { NotHere } from './checks.js'
import type { World } from './world.js'

/** Objects that operators read, against the definitions of these operators: taken as they are, refused with a mistake in them. */
export async function checkCustomObjects (world: World, checks: Checks): Promise<void> {
  const { kubectl } = world
  const served = new Set((await kubectl.run(['api-versions'])).split('\n'))
  for (const folder of ['examples/cpu-keda', 'examples/training-on-many', 'overlays/kserve']) {
    const all = readObjects(await world.build(folder))
    for (const object of all.filter(({ apiVersion }) => /\.(com|sh|org|io)\//.test(apiVersion) && !/^(rbac\.authorization|networking)\.k8s\.io\//.test(apiVersion))) {
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
