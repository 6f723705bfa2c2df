/** One family of Prometheus' text format. */
export interface MetricFamily {
  type: string
  help: string
  /** Labels of each sample, with `__name__`; and its value. */
  samples: { labels: Record<string, string>, value: number }[]
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g

/** Reads a scrape. @throws Error on a line that is none of the format */
export function readPrometheusText (text: string): Map<string, MetricFamily> {
  const families = new Map<string, MetricFamily>()
  const family = (name: string): MetricFamily => {
    const found = families.get(name) ?? { type: '', help: '', samples: [] }
    families.set(name, found)
    return found
  }
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line)
    if (comment !== null) {
      const [, kind, name = '', words = ''] = comment
      family(name)[kind === 'HELP' ? 'help' : 'type'] = words
      continue
    }
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? []
    if (name === '') throw new Error(`no Prometheus text: ${line}`)
    const base = families.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
    family(base).samples.push({ labels: { __name__: name, ...Object.fromEntries([...labels.matchAll(LABEL)].map(([, key = '', content = '']) => [key, content])) }, value: Number(value) })
  }
  return families
}

/** What `promtool check metrics` would say (prometheus/client_golang, promlint/validations). */
export function lintMetrics (families: ReadonlyMap<string, MetricFamily>): string[] {
  return [...families].flatMap(([name, { type, help, samples }]) => {
    const rules: [holds: boolean, problem: string][] = [
      [help !== '', 'no help text'],
      [type !== '', 'no type'],
      [type !== 'counter' || name.endsWith('_total'), 'counter metrics should have "_total" suffix'],
      [type === 'counter' || !name.endsWith('_total'), 'non-counter metrics should not have "_total" suffix'],
      [type === 'histogram' || type === 'summary' || !/_(bucket|count|sum)$/.test(name), 'only histograms and summaries have such a suffix'],
      [type === 'histogram' || samples.every(({ labels }) => !('le' in labels)), 'only histograms have the label le'],
      [!/[a-z][A-Z]/.test(name), 'no camelCase'],
      [!name.includes(':'), 'no colons'],
      [!/_(counter|gauge|histogram|summary)(_|$)/.test(name), 'the type is not part of the name'],
      [!/_(s|ms|sec|millis|milliseconds|minutes|hours|kb|mb|kilobytes|megabytes|percent)(_total)?$/.test(name), 'base units, spelled out']
    ]
    return rules.filter(([holds]) => !holds).map(([, problem]) => `${name}: ${problem}`)
  })
}
