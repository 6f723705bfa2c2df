import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NotHere } from './checks.js'
import type { Cluster } from './control-plane.js'
import { type KubernetesObject, readObjects } from './kubectl.js'

/** Folder of the manifests. */
const MANIFESTS = fileURLToPath(new URL('../../../k8s/', import.meta.url))
const NAMESPACE = 'unif2ace'

/** A node for kwok to play. */
interface NodeWish { name: string, zone: string, gpus?: number }

/** Two nodes without a GPU in two zones, and one with a GPU that only those who tolerate it may use. */
export const NODES: readonly NodeWish[] = [{ name: 'one', zone: 'a' }, { name: 'two', zone: 'b' }, { name: 'gpu-one', zone: 'a', gpus: 1 }]

/** A volume is used once: nobody here cleans one for the next claim. */
const VOLUMES = 8
/** Events that are shown when something did not come about. */
const SHOWN_EVENTS = 12

/** What the checks act on: the cluster, and the manifests as kubectl's kustomize builds them. */
export interface World extends Cluster {
  /** Objects of a folder of k8s/, as YAML. */
  build: (folder: string) => Promise<string>
  /** Applies a folder. @throws NotHere when the cluster lacks a definition that it needs */
  applyFolder: (folder: string) => Promise<void>
  /** Removes what a folder made, but for the namespace. */
  removeFolder: (folder: string) => Promise<void>
  /** Waits for so many ready pods with these labels, and no others. */
  ready: (selector: string, count: number) => Promise<KubernetesObject[]>
}

export function worldOf (cluster: Cluster): World {
  const { kubectl } = cluster
  const build = async (folder: string): Promise<string> => await kubectl.run(['kustomize', join(MANIFESTS, folder)])
  return {
    ...cluster,
    build,
    applyFolder: async (folder) => {
      const manifests = await build(folder)
      await refuseUnknownKinds(cluster, readObjects(manifests))
      await kubectl.apply(manifests)
    },
    removeFolder: async (folder) => {
      const names = readObjects(await build(folder)).filter(({ kind }) => kind !== 'Namespace').map(({ apiVersion, kind, metadata: { name } }) => [typeOf(apiVersion, kind), name] as const)
      // A claim goes when the last pod that has it is gone.
      for (const [type, name] of names) await kubectl.run(['delete', type, name, '--ignore-not-found', '--wait=false'])
      await kubectl.until('pods and claims are gone', async () => (await kubectl.list('pod,pvc')).length === 0, async () => await kubectl.run(['get', 'pod,pvc']))
    },
    ready: async (selector, count) => {
      let pods: KubernetesObject[] = []
      await kubectl.until(`${count} ready pods of ${selector}`, async () => {
        pods = (await kubectl.list('pod', selector)).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        return pods.length === count && pods.every(isReady)
      }, async () => await situation(cluster))
      return pods
    }
  }
}

/** Nodes, volumes, the namespace with its keys, and the definitions of other people's objects. */
export async function furnish ({ kubectl }: Cluster, definitions: readonly string[]): Promise<void> {
  for (const folder of definitions) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))) await kubectl.run(['apply', '--server-side', '-f', join(folder, file)])
  }
  await kubectl.until('the definitions are established', async () => (await kubectl.list('crd')).every((definition) => is('Established', definition)))
  for (const node of NODES) await addNode({ kubectl }, node)
  await kubectl.run(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: Array.from({ length: VOLUMES }, (_, index) => volume(`volume-${index}`)) }))
  await kubectl.run(['apply', '--server-side', '-k', join(MANIFESTS, 'namespace')])
  await kubectl.run(['create', 'secret', 'generic', 'unif2ace-api-keys', `--namespace=${NAMESPACE}`, `--from-literal=api-keys=${'0'.repeat(64)}`])
}

export async function addNode ({ kubectl }: Pick<Cluster, 'kubectl'>, { name, zone, gpus = 0 }: NodeWish): Promise<void> {
  const capacity = { cpu: '16', memory: '64Gi', pods: '110', ...(gpus === 0 ? {} : { 'nvidia.com/gpu': String(gpus) }) }
  await kubectl.run(['create', '-f', '-'], JSON.stringify({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, annotations: { 'kwok.x-k8s.io/node': 'fake' }, labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone, ...(gpus === 0 ? {} : { 'nvidia.com/gpu.present': 'true' }) } },
    spec: gpus === 0 ? {} : { taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }] },
    status: { capacity, allocatable: capacity }
  }))
}

/** What there is and what happened last, for whoever has waited in vain. */
export async function situation ({ kubectl }: Pick<Cluster, 'kubectl'>): Promise<string> {
  const events = await kubectl.run(['get', 'events', '--sort-by=.lastTimestamp'])
  return `${await kubectl.run(['get', 'pod,job,pvc', '-o', 'wide'])}\n${events.trim().split('\n').slice(-SHOWN_EVENTS).join('\n')}`
}

/** A volume that any claim may have: nobody provisions one here. */
const volume = (name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: { capacity: { storage: '100Gi' }, accessModes: ['ReadWriteMany'], persistentVolumeReclaimPolicy: 'Retain', hostPath: { path: `/volumes/${name}` } }
})

async function refuseUnknownKinds ({ kubectl }: Cluster, objects: readonly KubernetesObject[]): Promise<void> {
  const served = new Set((await kubectl.run(['api-versions'])).split('\n'))
  const missing = [...new Set(objects.filter(({ apiVersion }) => !served.has(apiVersion)).map(({ apiVersion, kind }) => `${kind} (${apiVersion})`))]
  if (missing.length > 0) throw new NotHere(`no definition of ${missing.join(', ')}: its Go module cannot be had; CLUSTER_DEFINITIONS names a folder of your own`)
}

/** `job.v1.batch`: what kubectl takes for a kind of a group. */
function typeOf (apiVersion: string, kind: string): string {
  const [group, version] = apiVersion.split('/')
  return version === undefined ? kind : `${kind}.${version}.${group}`
}

export const isReady = (pod: KubernetesObject): boolean => is('Ready', pod)

/** Whether an object's status has a condition, and says that it holds. */
function is (condition: string, { status }: KubernetesObject): boolean {
  const conditions = status?.['conditions']
  return Array.isArray(conditions) && conditions.some(({ type, status }: { type: string, status: string }) => type === condition && status === 'True')
}
