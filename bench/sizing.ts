/**
 * npx tsx bench/sizing.ts (after `npm run build`): measures the tables of docs/operations.md, "Sizing on CPU", and prints them as Markdown.
 *
 * What each task is answered a second, what the engine's steps are, what memory it takes, how long a start takes, and the same with several models in one server. The client runs on the same cores.
 */
import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { loadManifest } from '../src/artifacts/load-manifest.js'
import { closedLoop } from './closed-loop.js'
import { PROMPTS } from './prompts.js'
import { ServerProcess } from './server-process.js'
import { added, between, mostWhile, type Steps, stepsOf } from './sizing/readings.js'
import { type Rate, renderSizing, type SizingFindings } from './sizing/report.js'
import { measureModels } from './sizing/several-models.js'
import { type Task, tasksOf } from './sizing/tasks.js'
import { wholeNumber } from './whole-number.js'

const HELP = `Usage: npx tsx bench/sizing.ts [options]

  --model FOLDER        model folder                                          (models/unif2ace-small)
  --at-once LIST        requests at once                                      (1,4,16)
  --rounds N            rounds of everything but the starts                   (3)
  --requests N          requests of a cell for each that is under way         (2)
  --starts N            starts that are timed                                 (5)
  --models LIST         how many models one server has                        (1,2,3)
  --steps N             unmasking steps of a picture                          (the model's default)
  --max-tokens N        most tokens of a text                                 (64)
  --threads N           threads of the engine; with several models, all told  (all cores)
  --out FILE            also write the tables there

Some eight minutes on two quiet cores. Nothing else may run meanwhile: the first table is worth nothing then.`

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/unif2ace-small' },
    'at-once': { type: 'string', default: '1,4,16' },
    rounds: { type: 'string', default: '3' },
    requests: { type: 'string', default: '2' },
    starts: { type: 'string', default: '5' },
    models: { type: 'string', default: '1,2,3' },
    steps: { type: 'string' },
    'max-tokens': { type: 'string', default: '64' },
    threads: { type: 'string', default: String(availableParallelism()) },
    out: { type: 'string' },
    help: { type: 'boolean', default: false }
  }
})

/** Requests of the smallest cell. */
const FEWEST_REQUESTS = 4
/** Tasks whose memory has a line of its own, as the table of the documents has. */
const HEAVY = { pictures: 'picture from a description', captions: 'caption' }

if (values.help) console.log(HELP)
else {
  const tables = renderSizing(await measure())
  console.log(tables)
  if (values.out !== undefined) await writeFile(values.out, tables)
}

async function measure (): Promise<SizingFindings> {
  const folder = resolve(values.model)
  const threads = wholeNumber(values.threads)
  const atOnce = values['at-once'].split(',').map(wholeNumber)
  const { manifest } = await loadManifest(folder)
  const steps = wholeNumber(values.steps ?? String(manifest.defaults.num_inference_steps))
  const [guidance, maxTokens] = [manifest.defaults.guidance_scale, wholeNumber(values['max-tokens'])]
  const readySeconds: number[] = []
  for (let start = 1; start < wholeNumber(values.starts); start++) readySeconds.push(await timeStart(folder, threads))
  const server = await ServerProcess.start(folder, threads)
  let one: Pick<SizingFindings, 'rates' | 'steps' | 'memory'>
  let tasks: Task[]
  try {
    const atRest = { when: 'at rest', memory: await server.memory() }
    const pictures = await Promise.all(PROMPTS.map(async (prompt, seed) => await server.generate(prompt, seed, { steps, guidance })))
    tasks = tasksOf({ pictures, steps, guidance, maxTokens })
    // Memory first: what requests leave behind is then that of a server that has just begun.
    const memory = [atRest, ...await memoryOf(server, tasks, Math.max(...atOnce))]
    one = { memory, ...await ratesOf(server, tasks, atOnce) }
  } finally {
    await server.stop()
  }
  const models = []
  const heavy = Object.values(HEAVY).map((name) => taskNamed(tasks, name))
  for (const count of values.models.split(',').map(wholeNumber)) {
    say(`${count} models`)
    models.push(await measureModels(count, { folder, name: manifest.name, cores: threads, tasks: heavy, count: countOf(Math.max(...atOnce)), atOnce: Math.max(...atOnce) }))
  }
  return { ...one, models, readySeconds: [...readySeconds, server.readySeconds], conditions: conditions(manifest, { threads, steps, guidance, maxTokens }) }
}

async function timeStart (folder: string, threads: number): Promise<number> {
  const server = await ServerProcess.start(folder, threads)
  await server.stop()
  return server.readySeconds
}

function countOf (atOnce: number): number {
  return Math.max(FEWEST_REQUESTS, wholeNumber(values.requests) * atOnce)
}

async function ratesOf (server: ServerProcess, tasks: readonly Task[], atOnce: readonly number[]): Promise<Pick<SizingFindings, 'rates' | 'steps'>> {
  const rates = tasks.flatMap(({ name, counted }) => atOnce.map((count): Rate => ({ task: name, counted, atOnce: count, requestsPerSecond: [], countedPerSecond: [] })))
  let busiest: Steps[] = []
  for (let round = 0; round < wholeNumber(values.rounds); round++) {
    for (const concurrency of atOnce) {
      const began = await stepsOf(server)
      for (const task of tasks) {
        say(`round ${round + 1} of ${values.rounds}, ${concurrency} at once: ${task.name}`)
        // No two cells have a request in common.
        const first = 1_000_000 * (round + 1) + 1_000 * concurrency
        const { amount, seconds } = await closedLoop({ contestant: 'server', concurrency, round, count: countOf(concurrency) }, 'requests', async (index) => await task.ask(server, first + index))
        const rate = rates.find((rate) => rate.task === task.name && rate.atOnce === concurrency)
        rate?.requestsPerSecond.push(countOf(concurrency) / seconds)
        rate?.countedPerSecond.push(amount / seconds)
      }
      if (concurrency === Math.max(...atOnce)) busiest = added(busiest, between(began, await stepsOf(server)))
    }
  }
  return { rates, steps: busiest }
}

async function memoryOf (server: ServerProcess, tasks: readonly Task[], atOnce: number): Promise<SizingFindings['memory']> {
  const [pictures, captions] = [taskNamed(tasks, HEAVY.pictures), taskNamed(tasks, HEAVY.captions)]
  const loop = async (task: Task, first: number, count = countOf(atOnce)): Promise<void> => {
    await closedLoop({ contestant: 'server', concurrency: atOnce, round: 0, count }, 'requests', async (index) => await task.ask(server, first + index))
  }
  const rows = []
  const read = async (when: string, act: () => Promise<void>): Promise<void> => {
    say(`memory: ${when}`)
    rows.push({ when, memory: await mostWhile(server, act) })
  }
  await read(`${atOnce} pictures in flight`, async () => { await loop(pictures, 1) })
  await read(`${atOnce} captions in flight`, async () => { await loop(captions, 1) })
  await read(`${atOnce} of both in flight`, async () => { await Promise.all([loop(pictures, 101), loop(captions, 101)]) })
  // 48 pictures that nobody has sent before fill the cache of pictures at its default.
  await read('captions of 48 more pictures: the cache of pictures is full', async () => { await loop(captions, 201, 48) })
  rows.push({ when: 'after it', memory: await server.memory() })
  return rows
}

function taskNamed (tasks: readonly Task[], name: string): Task {
  const task = tasks.find((task) => task.name === name)
  if (task === undefined) throw new RangeError(`no task "${name}"`)
  return task
}

function conditions (model: { name: string, precision: string }, { threads, steps, guidance, maxTokens }: { threads: number, steps: number, guidance: number, maxTokens: number }): Record<string, string | number> {
  return {
    model: `${model.name} (${model.precision})`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    threads,
    'memory of the machine in GiB': (totalmem() / 2 ** 30).toFixed(0),
    node: process.version,
    steps,
    'guidance scale': guidance,
    'most tokens of a text': maxTokens,
    rounds: values.rounds
  }
}

function say (what: string): void {
  console.error(what)
}
