import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ThreadAnswer, ThreadData, ThreadTask } from './thread-protocol.js'

/** The thread's module beside this one, in TypeScript or compiled, as this one is. */
const THREAD_PATH = fileURLToPath(new URL(`./thread${extname(import.meta.url)}`, import.meta.url))

/** What a task comes to, without the number that it went under. */
export type C2paOutcome = ThreadAnswer extends infer Answer ? Answer extends ThreadAnswer ? Omit<Answer, 'id'> : never : never

/** A thread that does one C2PA task after the other. It is started with the first task, and anew when it has ended by itself. */
export class C2paThread {
  readonly #data: ThreadData
  readonly #waiting = new Map<number, (outcome: C2paOutcome) => void>()
  #worker: Worker | undefined
  #count = 0

  constructor (data: ThreadData) {
    this.#data = data
  }

  async do (order: ThreadTask): Promise<C2paOutcome> {
    const worker = this.#worker ??= this.#start()
    const id = this.#count++
    return await new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      worker.postMessage({ id, order })
    })
  }

  /** Ends the thread; what it was doing fails. */
  async close (): Promise<void> {
    await this.#worker?.terminate()
  }

  #start (): Worker {
    const worker = new Worker(THREAD_PATH, { workerData: this.#data })
    // A process that has nothing else to do ends.
    worker.unref()
    worker.on('message', ({ id, ...outcome }: ThreadAnswer) => {
      this.#waiting.get(id)?.(outcome)
      this.#waiting.delete(id)
    })
    let reason = 'its thread has ended'
    worker.on('error', (error) => { reason = error.message })
    worker.on('exit', () => {
      this.#worker = undefined
      for (const resolve of this.#waiting.values()) resolve({ outcome: 'failed', reason })
      this.#waiting.clear()
    })
    return worker
  }
}
