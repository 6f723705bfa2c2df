import assert from 'node:assert/strict'
import type { Checks } from './checks.js'
import { type KubernetesObject, readObjects } from './kubectl.js'
import type { World } from './world.js'

/** A mistake in a manifest, and what the server has to say of it. */
interface Mistake { what: string, kind: string, from: string, to: string, reason: RegExp }

const MISTAKES: readonly Mistake[] = [
  { what: 'a misspelt probe', kind: 'Deployment', from: '"readinessProbe"', to: '"readinesProbe"', reason: /unknown field|field not declared/ },
  { what: 'a port beyond 65535', kind: 'Service', from: '"port":80', to: '"port":80000', reason: /must be between 1 and 65535/ },
  { what: 'a budget that is a word', kind: 'PodDisruptionBudget', from: '"maxUnavailable":1', to: '"maxUnavailable":"one"', reason: /maxUnavailable/ },
  { what: 'an autoscaler with more pods at least than at most', kind: 'HorizontalPodAutoscaler', from: '"minReplicas":2', to: '"minReplicas":20', reason: /maxReplicas/ },
  { what: 'a memory limit below the request', kind: 'Deployment', from: '"memory":"1536Mi"', to: '"memory":"100Mi"', reason: /must be less than or equal to/ },
  { what: 'a selector of network addresses that are none', kind: 'NetworkPolicy', from: '"port":"http"', to: '"port":"not a port name"', reason: /port/ },
  { what: 'a container that may gain rights', kind: 'Deployment', from: '"allowPrivilegeEscalation":false', to: '"allowPrivilegeEscalation":true', reason: /violate PodSecurity "restricted/ }
]

/** What the checks above stand on: the server refuses what is wrong, and the namespace what is not restricted. */
export async function checkAdmission (world: World, checks: Checks): Promise<void> {
  const objects = readObjects(await world.build('overlays/cpu'))
  for (const mistake of MISTAKES) await checks.run(`refused: ${mistake.what}`, async () => { await refuses(world, objects, mistake) })
  await checks.run('refused: a pod of root', async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'root', namespace: 'unif2ace' }, spec: { containers: [{ name: 'shell', image: 'shell' }] } }
    await world.kubectl.refuses(JSON.stringify(pod), /violates PodSecurity "restricted/)
  })
}

/** Applies one object with the mistake in it, as a trial. */
export async function refuses (world: World, objects: readonly KubernetesObject[], { kind, from, to, reason }: Mistake): Promise<void> {
  const object = objects.find((each) => each.kind === kind)
  const sound = JSON.stringify(object)
  assert.ok(sound?.includes(from), `${kind} has ${from}`)
  await world.kubectl.refuses(sound.replace(from, to), reason)
}
