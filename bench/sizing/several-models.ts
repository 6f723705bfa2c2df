import { cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadsOfEach } from '../../src/share-threads.js'
import { closedLoop } from '../closed-loop.js'
import { type Memory, ServerProcess } from '../server-process.js'
import { mostWhile } from './readings.js'
import { at, type Task } from './tasks.js'

/** What so many models in one server take and give. */
export interface SeveralModels {
  models: number
  /** Of each engine. */
  threads: number
  readySeconds: number
  atRest: Memory
  underLoad: Memory
  /** Requests a second of all models together, by the task's name. */
  perSecond: Record<string, number>
}

/** Folders with the same model under other names: a server refuses two of one name. */
export class Copies {
  readonly #folder = mkdtempSync(join(tmpdir(), 'unif2ace-sizing-'))
  readonly #model: string

  constructor (model: string) {
    this.#model = model
  }

  /** @returns the folder and its name */
  make (number: number): { folder: string, name: string } {
    const manifest = JSON.parse(readFileSync(join(this.#model, 'manifest.json'), 'utf8')) as { name: string }
    const name = `${manifest.name}-${number}`
    const folder = join(this.#folder, name)
    mkdirSync(folder)
    for (const file of readdirSync(this.#model)) {
      if (file === 'manifest.json') writeFileSync(join(folder, file), JSON.stringify({ ...manifest, name }))
      else share(join(this.#model, file), join(folder, file))
    }
    return { folder, name }
  }

  remove (): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Engines map the weights from their files: the same file under two names is one file, a copy is two, as two models are. */
function share (from: string, to: string): void {
  if (from.endsWith('.safetensors')) cpSync(from, to)
  else try { linkSync(from, to) } catch { cpSync(from, to) } // another file system
}

/** A server with so many models, each asked for as much as the others. The cores are divided among them. */
export async function measureModels (models: number, { folder, name, cores, tasks, count, atOnce }: { folder: string, name: string, cores: number, tasks: readonly Task[], count: number, atOnce: number }): Promise<SeveralModels> {
  const threads = threadsOfEach(0, models, cores)
  const copies = new Copies(folder)
  try {
    const others = Array.from({ length: models - 1 }, (_, index) => copies.make(index + 2))
    const settings = others.length === 0 ? {} : { UNIF2ACE_MORE_MODELS: others.map(({ folder }) => folder).join(',') }
    const server = await ServerProcess.start(folder, threads, settings)
    try {
      const names = [name, ...others.map(({ name }) => name)]
      const atRest = await server.memory()
      const perSecond: Record<string, number> = {}
      const underLoad = await mostWhile(server, async () => {
        for (const task of tasks) {
          const { seconds } = await closedLoop({ contestant: 'server', concurrency: atOnce, round: 0, count }, 'requests', async (index) => await task.ask(server, index, at(names, index)))
          perSecond[task.name] = count / seconds
        }
      })
      return { models, threads, readySeconds: server.readySeconds, atRest, underLoad, perSecond }
    } finally {
      await server.stop()
    }
  } finally {
    copies.remove()
  }
}
