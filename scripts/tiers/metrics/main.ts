/**
 * The metrics tier (scripts/tiers/metrics.sh): `main.ts <folder with prometheus and promtool>`.
 *
 * promtool judges rules and metrics; a Prometheus scrapes a server under load, and then every panel's query and every rule has to have an answer with a number in it.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allRules, panelQueries, RULE_FILES, selectorsOf } from '../../../test/support/monitoring.js'
import { createLoad } from './load.js'
import { run, within } from '../parts/processes.js'
import { type Prometheus, startPrometheus, writeRules } from '../parts/prometheus.js'
import { type Served, startServer } from '../parts/served.js'
import { Tally } from '../parts/tally.js'

const [, , tools = ''] = process.argv
const promtool = join(tools, 'promtool')
/** How long all queries together may wait for scrapes and rules to come about. */
const PATIENCE_SECONDS = 120
/** What Grafana would put in for its variables. */
const VARIABLES: Record<string, string> = { namespace: '.*', job: '.*', pod: '.*', __rate_interval: '2m', __range: '5m' }
/** What only happens when something goes wrong; it was made to, so the answers are above zero. */
const PROVOKED = [
  'unif2ace_engine_restarts_total',
  'unif2ace_rejected_total{reason="queue_full"}',
  'sum(unif2ace_requests_total{outcome="timeout"}) + on () unif2ace_rejected_total{reason="deadline"}',
  'unif2ace_policy_refusals_total{category="minors"}',
  'sum(unif2ace_cancelled_total)',
  'unif2ace_requests_total{task="generate",outcome="invalid"}',
  'unif2ace_jobs{state="succeeded"}',
  'sum(unif2ace_prefix_cache_hits_total{cache="picture"})',
  'ALERTS{alertname="UniF2aceEngineRestarted",alertstate="firing"}'
]

const tally = new Tally()
let patienceEnds = Infinity
await checkRules()
const server = await startServer()
const prometheus = await startPrometheus(join(tools, 'prometheus'), new URL(server.origin).host)
try {
  // What grows before the first scrape has not grown to Prometheus' eye.
  tally.check('Prometheus scrapes the server', await within(PATIENCE_SECONDS, async () => (await prometheus.query('unif2ace_engine_restarts_total == 0')).samples.length > 0))
  await driveLoad(server, prometheus)
  await checkMetrics(server)
  await checkAnswers(prometheus)
} finally {
  await prometheus.stop()
  await server.stop()
}
await checkTwoModels()
process.exitCode = tally.close() ? 0 : 1

/** The rules by themselves, and what fires in which world. */
async function checkRules (): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'unif2ace-rules-'))
  for (const path of writeRules(folder)) {
    const { code, output } = await run(promtool, ['check', 'rules', path])
    tally.check(`promtool check rules ${path.slice(folder.length + 1)}`, code === 0, output)
  }
  cpSync(fileURLToPath(new URL('../../../test/monitoring/alerts.test.yaml', import.meta.url)), join(folder, 'alerts.test.yaml'))
  const { code, output } = await run(promtool, ['test', 'rules', join(folder, 'alerts.test.yaml')])
  tally.check('promtool test rules alerts.test.yaml', code === 0, output)
  rmSync(folder, { recursive: true, force: true })
}

/** The same rules and panels where every series of a model is there twice, told apart by the label `model`. */
async function checkTwoModels (): Promise<void> {
  const names = ['debug', 'debug-int8']
  const server = await startServer({ UNIF2ACE_MORE_MODELS: fileURLToPath(new URL('../../../test/fixtures/models/debug-int8', import.meta.url)) })
  const prometheus = await startPrometheus(join(tools, 'prometheus'), new URL(server.origin).host)
  try {
    tally.check('two models: Prometheus scrapes both', await within(PATIENCE_SECONDS, async () => (await prometheus.query('unif2ace_engine_ready == 1')).samples.length === names.length))
    for (const round of ['first', 'second']) {
      for (const name of names) {
        const statuses = await (await createLoad(server.origin, name)).round()
        tally.check(`two models: a ${round} round of requests to ${name} is answered`, statuses.every((status) => status === 200 || status === 202), statuses.join(' '))
      }
      await seen(prometheus, names.length)
    }
    await checkMetrics(server)
    await checkAnswers(prometheus, names.flatMap((name) => [`unif2ace_requests_total{model="${name}",task="generate",outcome="ok"}`, `unif2ace_activated_parameters_count{model="${name}",task="caption"}`]))
  } finally {
    await prometheus.stop()
    await server.stop()
  }
}

/** What is counted between two scrapes has a rate: a round is seen before the next begins, however fast the machine is. */
async function seen (prometheus: Prometheus, models: number): Promise<void> {
  await within(PATIENCE_SECONDS, async () => (await prometheus.query('unif2ace_inter_token_latency_seconds_count > 0')).samples.length >= models)
}

async function driveLoad ({ origin, crashEngine }: Served, prometheus: Prometheus): Promise<void> {
  const load = await createLoad(origin)
  const first = await load.round()
  tally.check('a round of requests is answered', first.every((status) => status === 200 || status === 202), first.join(' '))
  await seen(prometheus, 1)
  const provoked = await load.provoke()
  tally.check('a full queue answers 429', provoked.includes(429), provoked.join(' '))
  await crashEngine()
  const last = await load.round()
  tally.check('a round after a crash is answered', last.every((status) => status === 200 || status === 202), last.join(' '))
}

async function checkMetrics ({ metrics }: Served): Promise<void> {
  const { code, output } = await run(promtool, ['check', 'metrics'], await metrics())
  tally.check('promtool check metrics', code === 0 && output === '', output)
}

/** @param provoked queries whose answers are above zero */
async function checkAnswers (prometheus: Prometheus, provoked: readonly string[] = PROVOKED): Promise<void> {
  patienceEnds = Date.now() + 1000 * PATIENCE_SECONDS
  for (const expr of provoked) await checkQuery(prometheus, `provoked: ${expr}`, expr, (value) => value > 0)
  for (const { title, legend, expr } of panelQueries()) await checkQuery(prometheus, `panel "${title}": ${legend}`, withVariables(expr))
  const states = await prometheus.rules()
  tally.check('Prometheus has every rule', states.length === allRules().length, `${states.length} in ${RULE_FILES.length} files`)
  for (const { name, health, lastError = '' } of states) tally.check(`rule ${name} is evaluated`, health === 'ok' && lastError === '', `${health} ${lastError}`)
  for (const { record, alert, expr } of allRules()) {
    if (record !== undefined) await checkQuery(prometheus, `record ${record}`, record)
    // An alert that does not fire has no answer: what it reads must have one.
    else for (const { name, matchers } of selectorsOf(expr)) await checkQuery(prometheus, `alert ${alert ?? ''} reads ${name}${matchers}`, `${name}${matchers}`)
  }
}

/** One query: an error, no answer, or none with a number in it that is as it should be, fails. */
async function checkQuery (prometheus: Prometheus, what: string, expr: string, isRight: (value: number) => boolean = () => true): Promise<void> {
  let answer = ''
  const holds = await within(Math.max(1, (patienceEnds - Date.now()) / 1000), async () => {
    const { error, samples } = await prometheus.query(expr)
    answer = error ?? JSON.stringify(samples).slice(0, 300)
    return error === undefined && samples.some(({ value: [, text] }) => !Number.isNaN(Number(text)) && isRight(Number(text)))
  })
  tally.check(what, holds, `${expr}\n${answer}`)
}

function withVariables (expr: string): string {
  return expr.replace(/\$(\w+)/g, (_, name: string) => {
    const value = VARIABLES[name]
    if (value === undefined) throw new Error(`the dashboard has a variable that nobody knows: ${name}`)
    return value
  })
}
