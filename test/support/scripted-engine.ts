import type { EngineClient, EngineNotices, EngineState, SubmitOptions, TaskCounts } from '../../src/engine/client.js'
import type { EngineEvent, LoadedModel, Work } from '../../src/engine/protocol.js'

/** What a scripted engine does with work. */
export type Script = (work: Work, options: SubmitOptions) => AsyncIterable<EngineEvent>

const NOBODY: TaskCounts = { generate: 0, caption: 0, answer: 0 }

/** An engine whose state and answers a test decides, for what a real one does only by accident. */
export class ScriptedEngine implements EngineClient {
  readonly submitted: { work: Work, options: SubmitOptions }[] = []
  readonly #listeners = new Map<keyof EngineNotices, ((notice: never) => void)[]>()
  readonly #script: Script
  #state: EngineState = 'ready'

  constructor (script: Script = () => { throw new Error('the script of this engine is empty') }) {
    this.#script = script
  }

  state (): EngineState {
    return this.#state
  }

  model (): LoadedModel | undefined {
    return this.#state === 'starting' ? undefined : { name: 'toy', precision: 'fp32', executionProvider: 'cpu', pid: 0 }
  }

  counts (): { waiting: TaskCounts, running: TaskCounts } {
    return { waiting: NOBODY, running: NOBODY }
  }

  async * submit (work: Work, options: SubmitOptions = {}): AsyncGenerator<EngineEvent> {
    this.submitted.push({ work, options })
    yield * this.#script(work, options)
  }

  on<Name extends keyof EngineNotices> (name: Name, listener: (notice: EngineNotices[Name]) => void): void {
    this.#listeners.set(name, [...this.#listeners.get(name) ?? [], listener])
  }

  async drain (): Promise<void> {
    this.enter('stopped')
  }

  async stop (): Promise<void> {
    this.enter('stopped')
  }

  enter (state: EngineState): void {
    this.#state = state
    this.tell('state', state)
  }

  tell<Name extends keyof EngineNotices> (name: Name, notice: EngineNotices[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as (told: EngineNotices[Name]) => void)(notice)
  }
}
