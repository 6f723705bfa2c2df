import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { doorMetrics, type DoorMetrics } from './metrics.js'

export interface ServerMetricsOptions {
  /** Jobs by state; none where there are no jobs. */
  jobs: () => Readonly<Record<string, number>>
  /** Requests that were let in and have not said which model they ask; absent where there is one model to ask. */
  unnamed?: () => number
}

/** What belongs to the server as a whole, whatever it serves. */
export interface ServerMetrics {
  registry: Registry
  /** Counts requests that have named no model; absent where there is one model to ask. */
  door: DoorMetrics | undefined
}

/** Media type of what is scraped. */
export const PROMETHEUS_TEXT = Registry.PROMETHEUS_CONTENT_TYPE
/** Gauges whose names end in _total: `promtool check metrics` refuses them, and their labelled twins say the same. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/** Declares the metrics of the process, of its jobs, and of requests before they are those of a model. */
export function createServerMetrics ({ jobs, unnamed }: ServerMetricsOptions): ServerMetrics {
  const registry = new Registry()
  const shared = { registers: [registry] }
  const door = unnamed === undefined ? undefined : doorMetrics(shared, { waiting: unnamed })
  registry.registerMetric(new Gauge({
    registers: [],
    name: 'unif2ace_jobs',
    help: 'Jobs that are kept, by their state.',
    labelNames: ['state'],
    collect () { for (const [state, count] of Object.entries(jobs())) this.set({ state }, count) }
  }))
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  return { registry, door }
}

/**
 * Everything as Prometheus text. A metric that several registries have is written as one family, as the format asks: its head once, then the series of each.
 *
 * prom-client's own merging refuses metrics of one name.
 */
export async function scrape (registries: readonly Registry[]): Promise<string> {
  const families = new Map<string, string[]>()
  for (const registry of registries) {
    for (const { name } of registry.getMetricsAsArray()) {
      const [help = '', type = '', ...series] = (await registry.getSingleMetricAsString(name)).split('\n')
      const before = families.get(name)
      if (before === undefined) families.set(name, [help, type, ...series])
      else before.push(...series)
    }
  }
  return `${[...families.values()].map((lines) => lines.join('\n')).join('\n\n')}\n`
}
