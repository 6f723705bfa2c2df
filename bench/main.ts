/**
 * npm run bench: this server over HTTP, its engine alone, and a plain PyTorch loop on the same weights, interleaved in one run.
 *
 * Prints a table and, with --out, writes it as Markdown. What is expected and why: docs/benchmarks.md.
 */
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { EngineAlone } from './engine-alone.js'
import { closedLoop, type Measurement } from './closed-loop.js'
import { PlainLoop } from './plain-loop.js'
import { PROMPTS, QUESTION } from './prompts.js'
import { type Measured, renderReport } from './report.js'
import { ServerProcess } from './server-process.js'

const HELP = `Usage: npm run bench -- [options]

  --model FOLDER        model folder                                  (models/unif2ace-small)
  --concurrency LIST    requests at once                              (1,4,16)
  --rounds N            rounds; the contestants take turns in each    (3)
  --pictures N          pictures a contestant makes for each cell     (2 a slot, at least 4)
  --max-tokens N        most tokens of a caption                      (64)
  --threads N           threads of each contestant                    (all cores)
  --python FILE         Python with the training package              (training/.venv/bin/python)
  --out FILE            also write the report there`

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/unif2ace-small' },
    concurrency: { type: 'string', default: '1,4,16' },
    rounds: { type: 'string', default: '3' },
    pictures: { type: 'string' },
    'max-tokens': { type: 'string', default: '64' },
    threads: { type: 'string', default: String(availableParallelism()) },
    python: { type: 'string', default: 'training/.venv/bin/python' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false }
  }
})

const number = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`expected a whole number above 0, got "${text}"`)
  return value
}

if (values.help) console.log(HELP)
else await bench()

async function bench (): Promise<void> {
  const folder = resolve(values.model)
  const threads = number(values.threads)
  const maxTokens = number(values['max-tokens'])
  const server = await ServerProcess.start(folder)
  const plain = await PlainLoop.start({ python: values.python, folder, threads })
  const engine = await EngineAlone.start({ folder, threads })
  const measurements: Measurement[] = []
  try {
    const pictures = await server.pictures(Math.max(...values.concurrency.split(',').map(number)) * 2)
    for (let round = 0; round < number(values.rounds); round++) {
      for (const concurrency of values.concurrency.split(',').map(number)) {
        const count = values.pictures === undefined ? Math.max(4, 2 * concurrency) : number(values.pictures)
        const cell = { round, concurrency, count, maxTokens, pictures }
        const contestants = [() => overHttp(server, cell), () => engineAlone(engine, cell), () => plainLoop(plain, cell)]
        for (let turn = 0; turn < contestants.length; turn++) {
          const contestant = contestants[(turn + round) % contestants.length]
          if (contestant !== undefined) measurements.push(...await contestant())
        }
      }
    }
    const measured: Measured = {
      measurements,
      liveness: await server.livenessUnderLoad(16),
      readySeconds: server.readySeconds,
      residentBytes: await server.residentBytes(),
      agreement: await agreement(server, plain, pictures, maxTokens),
      threads,
      model: server.model,
      torch: plain.torchVersion
    }
    const report = renderReport(measured)
    console.log(report)
    if (values.out !== undefined) await writeFile(join(process.cwd(), values.out), report)
  } finally {
    await Promise.all([server.stop(), plain.stop(), engine.stop()])
  }
}

interface Cell { round: number, concurrency: number, count: number, maxTokens: number, pictures: Buffer[] }

const promptAt = (index: number): string => PROMPTS[index % PROMPTS.length] ?? ''

/** A picture of the round's own half, so that no caption finds its picture's prefix in the cache from the cell before. */
function pictureAt (cell: Cell, index: number): Buffer {
  const picture = cell.pictures[index % cell.pictures.length]
  if (picture === undefined) throw new RangeError('no pictures to caption')
  return picture
}

async function overHttp (server: ServerProcess, cell: Cell): Promise<Measurement[]> {
  const of = { contestant: 'server' as const, ...cell }
  return [
    await closedLoop(of, 'images', async (index) => { await server.generate(promptAt(index), seedAt(cell, index)); return 1 }),
    await closedLoop(of, 'text tokens', async (index) => await server.caption(await freshPicture(cell, index), QUESTION, cell.maxTokens))
  ]
}

async function engineAlone (engine: EngineAlone, cell: Cell): Promise<Measurement[]> {
  const of = { contestant: 'engine alone' as const, ...cell }
  return [
    await closedLoop(of, 'images', async (index) => { await engine.generate(promptAt(index), seedAt(cell, index)); return 1 }),
    await closedLoop(of, 'text tokens', async (index) => await engine.caption(await freshPicture(cell, index), QUESTION, cell.maxTokens))
  ]
}

/** The loop's batch is fixed before it starts: `concurrency` pictures at a time. */
async function plainLoop (plain: PlainLoop, cell: Cell): Promise<Measurement[]> {
  const of = { contestant: 'plain loop' as const, ...cell }
  const batch = (index: number): number[] => Array.from({ length: cell.concurrency }, (_, row) => index * cell.concurrency + row)
  const batches = { ...of, count: Math.max(1, Math.round(cell.count / cell.concurrency)), concurrency: 1 }
  const images = await closedLoop(batches, 'images', async (index) => {
    await plain.generate(batch(index).map(promptAt), batch(index).map((row) => seedAt(cell, row)))
    return cell.concurrency
  })
  const text = await closedLoop(batches, 'text tokens', async (index) => {
    const texts = await plain.caption(batch(index).map((row) => pictureAt(cell, row)), QUESTION, cell.maxTokens)
    return texts.reduce((sum, ids) => sum + ids.length + 1, 0)
  })
  return [images, text].map((measurement) => ({ ...measurement, concurrency: cell.concurrency }))
}

const seedAt = ({ round, concurrency }: Cell, index: number): number => 1_000_000 * round + 1_000 * concurrency + index
