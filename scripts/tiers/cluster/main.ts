/** `main.ts FOLDER PROMETHEUS`: the manifests of k8s/ on a control plane that programs.sh put into FOLDER, with its definitions and of CLUSTER_DEFINITIONS. PROMETHEUS is the folder of that program, or empty. */
import { join } from 'node:path'
import { Checks } from './checks.js'
import { type Cluster, startCluster } from './control-plane.js'
import { checkAdmission } from './check-admission.js'
import { checkAutoscaling } from './check-autoscaling.js'
import { checkCustomObjects } from './check-custom-objects.js'
import { checkGpu } from './check-gpu.js'
import { checkServer } from './check-server.js'
import { checkTraining } from './check-training.js'
import { furnish, worldOf } from './world.js'

const [folder = '', prometheus = ''] = process.argv.slice(2)
const own = process.env['CLUSTER_DEFINITIONS']
const checks = new Checks()
const stopped = new Promise<never>((_resolve, reject) => { for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { reject(new Error(`stopped by ${signal}`)) }) })
stopped.catch(() => {})

const cluster = await start()
if (cluster !== undefined) {
  try {
    await Promise.race([stopped, checkAll(cluster)])
  } finally {
    await cluster.stop()
  }
}
process.exitCode = checks.close() ? 0 : 1

async function start (): Promise<Cluster | undefined> {
  let cluster: Cluster | undefined
  await checks.run('etcd, the API server, controllers, scheduler and kwok start', async () => { cluster = await Promise.race([stopped, startCluster(folder)]) })
  return cluster
}

async function checkAll (cluster: Cluster): Promise<void> {
  const isFurnished = await checks.run('the cluster takes nodes, volumes, keys and the definitions of other people\'s objects', async () => { await furnish(cluster, [join(folder, 'crds'), ...(own === undefined ? [] : [own])]) })
  if (!isFurnished) return
  const world = worldOf(cluster)
  for (const check of [checkServer, checkAutoscaling(prometheus), checkGpu, checkTraining, checkAdmission, checkCustomObjects]) await check(world, checks)
}
