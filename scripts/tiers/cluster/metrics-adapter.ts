import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { parse } from 'yaml'
import type { Prometheus } from '../parts/prometheus.js'
import type { Kubectl } from './kubectl.js'

const RULES = new URL('../../../k8s/components/autoscaling-hpa/prometheus-adapter-rules.yaml', import.meta.url)
const GROUP = 'custom.metrics.k8s.io'
const VERSION = `${GROUP}/v1beta2`

export interface MetricsAdapter { stop: () => Promise<void> }

/**
 * Stands for prometheus-adapter, whose Go module cannot be had: the custom metrics API of a cluster, answered by a Prometheus with the query that prometheus-adapter-rules.yaml tells the adapter.
 *
 * The API server reaches it by an APIService, as it reaches any.
 */
export async function startMetricsAdapter (kubectl: Kubectl, prometheus: Prometheus): Promise<MetricsAdapter> {
  const server = createServer(ownCertificate(), (request, response) => {
    answer(kubectl, prometheus, new URL(request.url ?? '', 'https://adapter')).then((body) => {
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }))
    }, (error: unknown) => { response.writeHead(500).end(String(error)) })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const objects = [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'metrics-adapter', namespace: 'kube-system' }, spec: { type: 'ExternalName', externalName: 'localhost' } },
    { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: `v1beta2.${GROUP}` }, spec: { group: GROUP, version: 'v1beta2', groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true, service: { name: 'metrics-adapter', namespace: 'kube-system', port } } }
  ]
  await kubectl.run(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }))
  return {
    stop: async () => {
      await kubectl.run(['delete', 'apiservice', `v1beta2.${GROUP}`])
      await kubectl.run(['delete', 'service', 'metrics-adapter', '--namespace=kube-system'])
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}

/** An answer of the API: its resources, or a metric of the pods that a selector names; undefined for anything else. */
async function answer (kubectl: Kubectl, prometheus: Prometheus, { pathname, searchParams }: URL): Promise<object | undefined> {
  if (pathname === `/apis/${VERSION}`) return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: VERSION, resources: [{ name: 'pods/unif2ace_work_units', singularName: '', namespaced: true, kind: 'MetricValueList', verbs: ['get'] }] }
  const [, namespace = '', metric = ''] = /^\/apis\/custom\.metrics\.k8s\.io\/v1beta2\/namespaces\/([^/]+)\/pods\/(?:\*|%2A)\/([^/]+)$/.exec(pathname) ?? []
  if (metric === '') return undefined
  const pods = (await kubectl.list('pod', searchParams.get('labelSelector') ?? '')).map(({ metadata }) => metadata.name)
  const expr = queryOf(metric, namespace, pods, searchParams.get('metricLabelSelector') ?? '')
  const { error, samples } = await prometheus.query(expr)
  if (error !== undefined) throw new Error(`${expr}: ${error}`)
  const items = samples.map(({ metric: labels, value: [time, text] }) => ({ describedObject: { kind: 'Pod', apiVersion: '/v1', namespace, name: labels['pod'] }, metric: { name: metric }, timestamp: new Date(1000 * time).toISOString().replace(/\.\d+/, ''), value: text }))
  return { kind: 'MetricValueList', apiVersion: VERSION, metadata: {}, items }
}

/** The rule's query with its blanks filled in as prometheus-adapter does: the series, matchers of the pods and of the autoscaler's selector, and the label that names a pod. */
function queryOf (metric: string, namespace: string, pods: readonly string[], selector: string): string {
  const { rules: [rule] }: { rules: { seriesQuery: string, metricsQuery: string, resources: { overrides: Record<string, { resource: string }> } }[] } = parse(readFileSync(RULES, 'utf8'))
  if (rule === undefined || !rule.seriesQuery.startsWith(`${metric}{`)) throw new Error(`no rule makes ${metric}`)
  const labelOf = (resource: string): string => Object.entries(rule.resources.overrides).find(([, override]) => override.resource === resource)?.[0] ?? ''
  const chosen = selector.split(',').filter((each) => each !== '').map((each) => each.replace(/^([^=]+)=(.*)$/, '$1="$2"'))
  const matchers = [`${labelOf('namespace')}="${namespace}"`, `${labelOf('pod')}=~"${pods.join('|')}"`, ...chosen].join(',')
  return rule.metricsQuery.replace('<<.Series>>', metric).replace('<<.LabelMatchers>>', matchers).replace('<<.GroupBy>>', labelOf('pod'))
}

/** A key and a certificate of its own; the APIService asks for no more. */
function ownCertificate (): { key: string, cert: string } {
  const pem = execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '-', '-out', '-', '-subj', '/CN=localhost', '-days', '2'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const part = (name: string): string => new RegExp(`-----BEGIN ${name}-----[^]*?-----END ${name}-----`).exec(pem)?.[0] ?? ''
  return { key: part('PRIVATE KEY'), cert: part('CERTIFICATE') }
}
