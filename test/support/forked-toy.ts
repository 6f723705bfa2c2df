import { fileURLToPath } from 'node:url'
import { type Test } from 'tap'
import { ForkedEngine } from '../../src/engine/client.js'
import { forkEngine, type SpawnEngine } from '../../src/engine/process.js'
import type { EngineEvent, EngineSettings, Work } from '../../src/engine/protocol.js'
import { engineSettings } from '../../src/engine/settings.js'
import type { SubmitOptions } from '../../src/engine/client.js'

const TOY_WORKER = fileURLToPath(new URL('./toy-worker.ts', import.meta.url))

/** Runs TypeScript without the test runner's own loaders, which take seconds to start. */
export const TYPESCRIPT = ['--import', 'tsx']

/** Forks the toy worker in the place of the engine. */
export const spawnToy: SpawnEngine = (listener) => forkEngine(TOY_WORKER, listener, TYPESCRIPT)

/** A real engine process over the toy model, ended with its test. */
export function forkToy (t: Test, changes: Partial<EngineSettings> = {}): ForkedEngine {
  const settings = engineSettings({ modelFolder: 'toy', executionProvider: 'cpu', logLevel: 'error', invariants: 'after-every-step', ...changes })
  const engine = new ForkedEngine({
    settings,
    spawn: spawnToy,
    restart: { initialDelayMs: 1, maxDelayMs: 10, maxFailedStarts: 3, healthyAfterMs: 60_000 }
  })
  t.teardown(async () => { await engine.stop() })
  return engine
}

/** All events of a piece of work. */
export async function collect (engine: ForkedEngine, work: Work, options: SubmitOptions = {}): Promise<EngineEvent[]> {
  const events: EngineEvent[] = []
  for await (const event of engine.submit(work, options)) events.push(event)
  return events
}
