import { readFileSync } from 'node:fs'
import t from 'tap'
import { forkToy } from '../support/forked-toy.js'
import { allRules, panelQueries, selectorsOf } from '../support/monitoring.js'
import { dataUrl, plainPng } from '../support/pictures.js'
import { readPrometheusText } from '../support/prometheus-text.js'
import { buildToyApp } from '../support/toy-app.js'
import { until } from '../support/until.js'

/** Alerts, records and panels against the metrics of the server itself; `scripts/tiers/metrics.sh` does the same with a Prometheus. */

const engine = forkToy(t)
await engine.whenReady()
const { server } = await buildToyApp(t, { engine })
const image = dataUrl(await plainPng('teal'))
await server.inject({ method: 'POST', url: '/v1/faces/generate', payload: { prompt: 'a face' } })
await server.inject({ method: 'POST', url: '/v1/faces/caption', payload: { image, temperature: 1, seed: 3, max_tokens: 6 } })

const rules = allRules()
const records = new Set(rules.flatMap(({ record }) => record ?? []))
const isSample = (name: string): boolean => /^(unif2ace|process|nodejs)_/.test(name)

/** Label names of every series, as a scrape shows them. */
async function scrapedLabels (): Promise<Map<string, Set<string>>> {
  const labels = new Map<string, Set<string>>()
  for (const { samples } of readPrometheusText((await server.inject('/metrics')).body).values()) {
    for (const { labels: { __name__: name = '', ...own } } of samples) labels.set(name, new Set([...labels.get(name) ?? [], ...Object.keys(own)]))
  }
  return labels
}

/** What Prometheus adds to what it scrapes. */
const TARGET_LABELS = ['namespace', 'job', 'pod']

t.test('rules and panels read series that are there, by labels that they have', async (t) => {
  await until(async () => (await scrapedLabels()).has('unif2ace_moe_expert_selections_total'))
  const series = await scrapedLabels()
  const queries = [...rules.map(({ alert, record, expr }) => ({ title: alert ?? record ?? '', expr })), ...panelQueries()]
  t.ok(queries.length > 60)
  for (const { title, expr } of queries) {
    const selectors = selectorsOf(expr)
    t.ok(selectors.length > 0, title)
    for (const { name, matchers } of selectors) {
      t.ok(isSample(name) ? series.has(name) : name === 'up' || records.has(name), `${title}: ${name}`)
      const asked = [...matchers.matchAll(/(\w+)(?:=~|!=|!~|=)"/g)].map(([, label = '']) => label)
      if (isSample(name)) t.same(asked.filter((label) => !TARGET_LABELS.includes(label) && series.get(name)?.has(label) !== true), [], `${title}: labels of ${name}`)
    }
  }
})

t.test('every alert says where its runbook is, and there it is', async (t) => {
  const headings = new Set([...readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase()))
  const alerts = rules.filter(({ alert }) => alert !== undefined)
  t.equal(alerts.length, 15)
  for (const { alert = '', annotations = {} } of alerts) {
    t.equal(annotations['runbook'], `docs/operations.md#${alert.toLowerCase()}`)
    t.ok(headings.has(alert.toLowerCase()), `a heading for ${alert}`)
  }
})
