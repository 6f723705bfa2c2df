import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { readRules, RULE_FILES } from '../../../test/support/monitoring.js'
import { freePort, start } from './processes.js'

/** A series and its value now. */
export interface Sample { metric: Record<string, string>, value: [time: number, text: string] }

/** What Prometheus says of a rule. */
export interface RuleState { name: string, type: string, health: string, lastError?: string, state?: string }

export interface Prometheus {
  query (expr: string): Promise<{ error?: string, samples: Sample[] }>
  rules (): Promise<RuleState[]>
  stop (): Promise<void>
}

/** Seconds between two scrapes: the shortest in which the server answers under load on a small machine. */
export const SCRAPE_SECONDS = 1

/** Writes the rules as Prometheus reads them. */
export function writeRules (folder: string): string[] {
  return RULE_FILES.map((file) => {
    const path = join(folder, `${file}.rules.yaml`)
    writeFileSync(path, stringify(readRules(file)))
    return path
  })
}

/** A Prometheus that scrapes one server under the labels that a ServiceMonitor would give it. */
export async function startPrometheus (program: string, target: string, labels: Record<string, string> = { namespace: 'checks', pod: 'server-a' }): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'unif2ace-prometheus-'))
  const config = join(folder, 'prometheus.yaml')
  writeFileSync(config, stringify({
    global: { scrape_interval: `${SCRAPE_SECONDS}s`, evaluation_interval: `${SCRAPE_SECONDS}s` },
    rule_files: writeRules(folder),
    scrape_configs: [{ job_name: 'unif2ace', static_configs: [{ targets: [target], labels }] }]
  }))
  const origin = `127.0.0.1:${await freePort()}`
  const { output, stop } = start(program, [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${origin}`])
  const ask = async (path: string): Promise<{ status: string, error?: string, data?: Record<string, unknown> }> => {
    try {
      return JSON.parse(await (await fetch(`http://${origin}/api/v1/${path}`)).text())
    } catch (error) {
      return { status: 'error', error: `${String(error)}\n${output().slice(-500)}` }
    }
  }
  return {
    query: async (expr) => {
      const { error, data } = await ask(`query?query=${encodeURIComponent(expr)}`)
      return { ...(error === undefined ? {} : { error }), samples: samplesOf(data) }
    },
    rules: async () => {
      const { data } = await ask('rules')
      const groups: { rules: RuleState[] }[] = Array.isArray(data?.['groups']) ? data['groups'] : []
      return groups.flatMap(({ rules }) => rules)
    },
    stop: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

function samplesOf (data: Record<string, unknown> | undefined): Sample[] {
  return data?.['resultType'] === 'vector' && Array.isArray(data['result']) ? data['result'] : []
}
