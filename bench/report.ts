import type { Contestant, Measurement, Unit } from './closed-loop.js'
import { median, quantile } from './statistics.js'

/** Everything one run of the benchmark found. */
export interface Findings {
  measurements: Measurement[]
  /** Seconds of each call of /livez while 16 pictures and 16 captions were in flight. */
  livenessSeconds: number[]
  readySeconds: number
  residentBytes: number
  /** Share of captions that are word for word the plain loop's, and how many were compared. */
  agreement: { equal: number, compared: number }
  conditions: Record<string, string | number>
}

/** The findings as Markdown. Every figure is a median over the rounds; ratios are medians of the rounds' own ratios. */
export function renderReport (findings: Findings): string {
  const { measurements, livenessSeconds, readySeconds, residentBytes, agreement, conditions } = findings
  const milliseconds = (q: number): string => (quantile(livenessSeconds, q) * 1000).toFixed(1)
  return [
    'Conditions: ' + Object.entries(conditions).map(([name, value]) => `${name} ${value}`).join(' · ') + '.',
    '',
    '| | at once | server | engine alone | plain loop | server : plain loop | server : engine alone | server : itself at 1 |',
    '|---|---|---|---|---|---|---|---|',
    ...(['images', 'text tokens'] as const).flatMap((unit) => concurrencies(measurements).map((concurrency) => row(measurements, unit, concurrency))),
    '',
    `| /livez while 16 pictures and 16 captions are in flight | p50 ${milliseconds(0.5)} ms, p99 ${milliseconds(0.99)} ms, worst ${milliseconds(1)} ms (${livenessSeconds.length} calls) |`,
    '|---|---|',
    `| from start to ready | ${readySeconds.toFixed(2)} s |`,
    `| resident, both processes, each page once, after the load | ${(residentBytes / 2 ** 20).toFixed(0)} MiB |`,
    `| greedy captions equal to the plain loop's, word for word | ${agreement.equal} of ${agreement.compared} |`,
    ''
  ].join('\n')
}

function row (measurements: readonly Measurement[], unit: Unit, concurrency: number): string {
  const rates = (contestant: Contestant, at = concurrency): number[] => measurements
    .filter((one) => one.contestant === contestant && one.unit === unit && one.concurrency === at)
    .toSorted((a, b) => a.round - b.round)
    .map((one) => one.amount / one.seconds)
  const server = rates('server')
  const cells = [
    perSecond(server), perSecond(rates('engine alone')), perSecond(rates('plain loop')),
    ratio(server, rates('plain loop')), ratio(server, rates('engine alone')), ratio(server, rates('server', 1))
  ]
  return `| ${unit} per second | ${concurrency} | ${cells.join(' | ')} |`
}

const perSecond = (rates: readonly number[]): string => median(rates).toPrecision(3)

/** Median of the ratios of the rounds, with the smallest and the largest. */
function ratio (ours: readonly number[], theirs: readonly number[]): string {
  const ratios = ours.flatMap((rate, round) => theirs[round] === undefined ? [] : [rate / theirs[round]])
  if (ratios.length === 0) return '–'
  return `**${median(ratios).toFixed(2)}** (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`
}

function concurrencies (measurements: readonly Measurement[]): number[] {
  return [...new Set(measurements.map(({ concurrency }) => concurrency))].toSorted((a, b) => a - b)
}
