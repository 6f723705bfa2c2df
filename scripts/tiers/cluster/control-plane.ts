import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kubectl } from './kubectl.js'

/** How long a process may take to end after SIGTERM. */
const END_MS = 10_000
/** Lines of a log that are shown when its program fails. */
const SHOWN_LINES = 15

/** A Kubernetes without machines: kwok says of each pod that it runs, and of each Job's that it has ended well. */
export interface Cluster {
  kubectl: Kubectl
  /** Stops what stands for the nodes while something is done: pods are neither started nor ended meanwhile. */
  whilePaused: (act: () => Promise<void>) => Promise<void>
  /** Ends every process and removes every file. */
  stop: () => Promise<void>
}

interface Program { name: string, child: ChildProcess, log: string }

/**
 * Starts etcd, the API server, the controllers, the scheduler and kwok on free ports of this machine.
 *
 * @param made folder that programs.sh made: the six programs in bin/, and stages.yaml
 * @throws with the end of its log when one of them does not come up; nothing is left running then
 */
export async function startCluster (made: string): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-tier-'))
  const programs = join(made, 'bin')
  const running: Program[] = []
  // However this process ends, nothing of it stays.
  const killAll = (): void => {
    for (const { child } of running) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', killAll)
  const start = (name: string, args: readonly string[]): Program => {
    const log = join(folder, `${name}.log`)
    const child = spawn(join(programs, name), args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const file = createWriteStream(log)
    child.stdout?.pipe(file, { end: false })
    child.stderr?.pipe(file, { end: false })
    const program = { name, child, log }
    running.push(program)
    return program
  }
  const stop = async (): Promise<void> => {
    // Last started, first ended: each finds the one that it speaks to.
    for (const { child } of [...running].reverse()) await end(child)
    rmSync(folder, { recursive: true, force: true })
    process.off('exit', killAll)
  }
  try {
    const kubectl = await startServers(start, join(programs, 'kubectl'), folder)
    const kwok = startNodes(start, join(made, 'stages.yaml'))
    return { kubectl, whilePaused: async (act) => { await whilePaused(kwok.child, act) }, stop }
  } catch (error) {
    const logs = running.map(({ name, log }) => `${name}: ${readFileSync(log, 'utf8').split('\n').slice(-SHOWN_LINES).join('\n')}`)
    await stop()
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${logs.join('\n')}`)
  }
}

type Start = (name: string, args: readonly string[]) => Program

async function startServers (start: Start, kubectlProgram: string, folder: string): Promise<Kubectl> {
  const [etcdPort, peerPort, apiPort, controllerPort, schedulerPort] = await Promise.all(Array.from({ length: 5 }, freePort))
  mkdirSync(join(folder, 'pki'))
  execFileSync('openssl', ['genrsa', '-out', join(folder, 'pki/accounts.key'), '2048'], { stdio: 'ignore' })
  const token = randomBytes(16).toString('hex')
  writeFileSync(join(folder, 'pki/tokens.csv'), `${token},tier,1,system:masters\n`, { mode: 0o600 })
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, kubeconfigOf(`https://127.0.0.1:${apiPort}`, token), { mode: 0o600 })
  const etcd = `http://127.0.0.1:${etcdPort}`
  const peer = `http://127.0.0.1:${peerPort}`
  start('etcd', ['--data-dir=etcd', `--listen-client-urls=${etcd}`, `--advertise-client-urls=${etcd}`, `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=default=${peer}`, '--unsafe-no-fsync'])
  const api = start('kube-apiserver', [
    `--etcd-servers=${etcd}`, '--bind-address=127.0.0.1', `--secure-port=${apiPort}`, '--cert-dir=pki', '--service-cluster-ip-range=10.96.0.0/16', '--authorization-mode=Node,RBAC', '--token-auth-file=pki/tokens.csv',
    '--service-account-issuer=https://kubernetes.default.svc', '--service-account-key-file=pki/accounts.key', '--service-account-signing-key-file=pki/accounts.key'
  ])
  const kubectl = new Kubectl(kubectlProgram, kubeconfig)
  await kubectl.until('the API server is ready', async () => {
    if (api.child.exitCode !== null) throw new Error('the API server has ended')
    return (await kubectl.try(['get', '--raw', '/readyz'])).code === 0
  })
  start('kube-controller-manager', ['--kubeconfig=kubeconfig', '--leader-elect=false', '--cert-dir=pki', `--secure-port=${controllerPort}`, '--service-account-private-key-file=pki/accounts.key', '--horizontal-pod-autoscaler-sync-period=2s', '--node-monitor-grace-period=10m', '--kube-api-qps=100', '--kube-api-burst=200'])
  start('kube-scheduler', ['--kubeconfig=kubeconfig', '--leader-elect=false', '--cert-dir=pki', `--secure-port=${schedulerPort}`])
  return kubectl
}

/** Its own stages: pods run at once, pods of Jobs end well a moment later, and what is deleted is gone. */
function startNodes (start: Start, stages: string): Program {
  return start('kwok', ['--kubeconfig=kubeconfig', `--config=${stages}`, '--manage-all-nodes=true', '--node-ip=127.0.0.1', '--cidr=10.0.0.1/24', '--node-lease-duration-seconds=200'])
}

async function whilePaused (child: ChildProcess, act: () => Promise<void>): Promise<void> {
  child.kill('SIGSTOP')
  try {
    await act()
  } finally {
    child.kill('SIGCONT')
  }
}

async function end (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'exit')
  child.kill('SIGCONT')
  child.kill('SIGTERM')
  const late = setTimeout(() => { child.kill('SIGKILL') }, END_MS)
  await closed
  clearTimeout(late)
}

function kubeconfigOf (server: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'tier', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'tier', user: { token } }],
    contexts: [{ name: 'tier', context: { cluster: 'tier', user: 'tier', namespace: 'unif2ace' } }],
    'current-context': 'tier'
  })
}

async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
