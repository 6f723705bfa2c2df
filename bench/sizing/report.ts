import { median } from '../statistics.js'
import type { Memory } from '../server-process.js'
import type { Steps } from './readings.js'
import type { SeveralModels } from './several-models.js'
import type { Counted } from './tasks.js'

/** One task at one number of requests at once: medians over the rounds. */
export interface Rate { task: string, counted: Counted, atOnce: number, requestsPerSecond: number[], countedPerSecond: number[] }

export interface SizingFindings {
  conditions: Record<string, string | number>
  rates: readonly Rate[]
  /** Of the most requests at once. */
  steps: readonly Steps[]
  memory: ReadonlyArray<{ when: string, memory: Memory }>
  readySeconds: readonly number[]
  models: readonly SeveralModels[]
}

/** The tables of docs/operations.md, "Sizing on CPU", as Markdown. */
export function renderSizing ({ conditions, rates, steps, memory, readySeconds, models }: SizingFindings): string {
  const atOnce = [...new Set(rates.map((rate) => rate.atOnce))]
  const most = atOnce.at(-1) ?? 1
  return [
    'Measured by `npx tsx bench/sizing.ts`: ' + Object.entries(conditions).map(([name, value]) => `${name} ${value}`).join(' · ') + '.',
    '',
    table(['requests a second', ...atOnce.map((count) => `${count} at once`), 'one GPU'], rateRows(rates, atOnce, ({ requestsPerSecond }) => requestsPerSecond)),
    table(['steps and tokens a second', ...atOnce.map((count) => `${count} at once`), 'one GPU'], rateRows(rates.filter(({ countedPerSecond }) => countedPerSecond.some((each) => each > 0)), atOnce, ({ countedPerSecond }) => countedPerSecond, ({ task, counted }) => `${counted} of "${task}"`)),
    table([`steps of the engine, ${most} at once`, 'rows a step', 'ms a step', 'rows a second'], steps.map(({ phase, steps, rows, seconds }) => [phase, (rows / steps).toFixed(1), (1000 * seconds / steps).toFixed(1), (rows / seconds).toFixed(0)])),
    table(['memory, MiB', 'HTTP process', 'engine process', 'together, each page once'], memory.map(({ when, memory }) => [when, ...memoryCells(memory)])),
    `From start to ready: ${median(readySeconds).toFixed(1)} s (${readySeconds.length} starts: ${Math.min(...readySeconds).toFixed(1)} to ${Math.max(...readySeconds).toFixed(1)}).`,
    '',
    table(['models in one server', ...models.map(({ models }) => String(models))], modelRows(models))
  ].join('\n')
}

function rateRows (rates: readonly Rate[], atOnce: readonly number[], read: (rate: Rate) => readonly number[], name: (rate: Rate) => string = ({ task }) => task): string[][] {
  return [...new Set(rates.map(({ task }) => task))].map((task) => {
    const own = rates.filter((rate) => rate.task === task)
    const cells = atOnce.map((count) => own.filter((rate) => rate.atOnce === count).map((rate) => median(read(rate)).toPrecision(3))[0] ?? '–')
    return [own[0] === undefined ? task : name(own[0]), ...cells, '*unmeasured*']
  })
}

function modelRows (models: readonly SeveralModels[]): string[][] {
  const row = (what: string, read: (one: SeveralModels) => string): string[] => [what, ...models.map(read)]
  return [
    row('threads of each', ({ threads }) => String(threads)),
    row('from start to ready, s', ({ readySeconds }) => readySeconds.toFixed(1)),
    row('memory at rest, together, MiB', ({ atRest }) => mebibytes(atRest.together)),
    row('memory under load, together, MiB', ({ underLoad }) => mebibytes(underLoad.together)),
    ...Object.keys(models[0]?.perSecond ?? {}).map((task) => row(`${task}, a second, all models`, ({ perSecond }) => (perSecond[task] ?? NaN).toPrecision(3)))
  ]
}

const memoryCells = ({ http, engines, together }: Memory): string[] => [mebibytes(http), engines.map(mebibytes).join(' + '), mebibytes(together)]
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)

function table (head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line), ''].join('\n')
}
