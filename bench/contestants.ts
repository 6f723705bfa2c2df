import { loadManifest, modelFile } from '../src/artifacts/load-manifest.js'
import { ForkedEngine } from '../src/engine/client.js'
import { engineSettings } from '../src/engine/settings.js'
import { describeModel } from '../src/tasks/face-model.js'
import { loadTokenizer } from '../src/text/tokenizer.js'
import { closedLoop, type Measurement } from './closed-loop.js'
import { EngineAlone } from './engine-alone.js'
import { marked } from './pictures.js'
import { PlainLoop } from './plain-loop.js'
import { PROMPTS, QUESTION } from './prompts.js'
import { ServerProcess } from './server-process.js'

/** The three sides, all started, and pictures to describe. */
export interface Contestants {
  server: ServerProcess
  engine: EngineAlone
  plain: PlainLoop
  /** PNG files that the model made of `PROMPTS`. */
  pictures: Buffer[]
}

/** What every contestant is asked in one turn. */
export interface Settings { steps: number, guidance: number, maxTokens: number }

/** One cell of the table in one round. */
export interface Cell extends Settings { round: number, concurrency: number }

/** Requests of a turn for each that is in flight. */
const TURNS = 2
const FEWEST_REQUESTS = 4

export async function startContestants ({ folder, threads, python }: { folder: string, threads: number, python: string }): Promise<Contestants> {
  const server = await ServerProcess.start(folder, threads)
  const plain = await PlainLoop.start({ python, folder, threads })
  const engine = new ForkedEngine({ settings: engineSettings({ modelFolder: folder, executionProvider: 'cpu', logLevel: 'error', threads }) })
  await engine.whenReady()
  const model = await loadManifest(folder)
  const alone = new EngineAlone(engine, describeModel(model.manifest, await loadTokenizer(modelFile(model, 'tokenizer.json'))))
  const { num_inference_steps: steps, guidance_scale: guidance } = model.manifest.defaults
  const pictures = await Promise.all(PROMPTS.map(async (prompt, seed) => await server.generate(prompt, seed, { steps, guidance })))
  return { server, engine: alone, plain, pictures }
}

export async function stopContestants ({ server, engine, plain }: Contestants): Promise<void> {
  plain.stop()
  await Promise.all([server.stop(), engine.stop()])
}

/** All sides make pictures and captions for one cell; who begins changes from round to round. */
export async function roundOf (contestants: Contestants, cell: Cell): Promise<Measurement[]> {
  const sides = [overHttp, engineAlone, plainLoop]
  const measurements: Measurement[] = []
  for (let turn = 0; turn < sides.length; turn++) {
    const side = sides[(turn + cell.round) % sides.length]
    if (side !== undefined) measurements.push(...await side(contestants, cell))
  }
  return measurements
}

const promptAt = (index: number): string => PROMPTS[index % PROMPTS.length] ?? ''
const requests = ({ concurrency }: Cell): number => Math.max(FEWEST_REQUESTS, TURNS * concurrency)
const seedAt = ({ round, concurrency }: Cell, index: number): number => 1_000_000 * round + 1_000 * concurrency + index

/** A picture that no cache has seen: what is measured is a first caption. */
async function freshPicture ({ pictures }: Contestants, cell: Cell, index: number): Promise<Buffer> {
  const picture = pictures[index % pictures.length]
  if (picture === undefined) throw new RangeError('no pictures to describe')
  return await marked(picture, seedAt(cell, index))
}

async function overHttp (contestants: Contestants, cell: Cell): Promise<Measurement[]> {
  const { server } = contestants
  const load = { contestant: 'server' as const, ...cell, count: requests(cell) }
  const pictures = await freshPictures(contestants, cell)
  return [
    await closedLoop(load, 'images', async (index) => {
      await server.generate(promptAt(index), seedAt(cell, index), cell)
      return 1
    }),
    await closedLoop(load, 'text tokens', async (index) => (await server.caption(at(pictures, index), cell.maxTokens)).tokens)
  ]
}

async function engineAlone (contestants: Contestants, cell: Cell): Promise<Measurement[]> {
  const { engine } = contestants
  const load = { contestant: 'engine alone' as const, ...cell, count: requests(cell) }
  const pictures = await Promise.all((await freshPictures(contestants, cell)).map(async (picture) => await engine.prepare(picture)))
  return [
    await closedLoop(load, 'images', async (index) => {
      await engine.generate(promptAt(index), seedAt(cell, index), cell)
      return 1
    }),
    await closedLoop(load, 'text tokens', async (index) => await engine.caption(at(pictures, index), cell.maxTokens))
  ]
}

/** The plain loop's batch is fixed before it starts: `concurrency` requests at a time, one batch after the other. */
async function plainLoop (contestants: Contestants, cell: Cell): Promise<Measurement[]> {
  const { plain } = contestants
  const pictures = await freshPictures(contestants, cell)
  const batches = { contestant: 'plain loop' as const, round: cell.round, concurrency: 1, count: Math.ceil(requests(cell) / cell.concurrency) }
  const rows = (batch: number): number[] => Array.from({ length: cell.concurrency }, (_, row) => batch * cell.concurrency + row)
  const measurements = [
    await closedLoop(batches, 'images', async (batch) => {
      await plain.generate(rows(batch).map(promptAt), rows(batch).map((index) => seedAt(cell, index)), cell)
      return cell.concurrency
    }),
    await closedLoop(batches, 'text tokens', async (batch) => (await plain.caption(rows(batch).map((index) => at(pictures, index)), QUESTION, cell.maxTokens)).tokens)
  ]
  return measurements.map((measurement) => ({ ...measurement, concurrency: cell.concurrency }))
}

async function freshPictures (contestants: Contestants, cell: Cell): Promise<Buffer[]> {
  return await Promise.all(Array.from({ length: requests(cell) }, async (_, index) => await freshPicture(contestants, cell, index)))
}

function at<T> (values: readonly T[], index: number): T {
  const value = values[index % values.length]
  if (value === undefined) throw new RangeError('no pictures to describe')
  return value
}
