import type { Test } from 'tap'
import { ForkedEngine } from '../../src/engine/client.js'
import { forkEngine, WORKER_PATH } from '../../src/engine/process.js'
import type { EngineSettings } from '../../src/engine/protocol.js'
import { engineSettings } from '../../src/engine/settings.js'
import { debugFolder } from './debug-model.js'
import { TYPESCRIPT } from './forked-toy.js'

/** The server's own engine process over the debug model, ended with its test. */
export function forkModel (t: Test, changes: Partial<EngineSettings> = {}): ForkedEngine {
  const engine = new ForkedEngine({
    settings: engineSettings({ modelFolder: debugFolder(), executionProvider: 'cpu', logLevel: 'error', threads: 2, ...changes }),
    spawn: (listener) => forkEngine(WORKER_PATH, listener, TYPESCRIPT),
    restart: { initialDelayMs: 1, maxDelayMs: 10, maxFailedStarts: 3, healthyAfterMs: 60_000 }
  })
  t.teardown(async () => { await engine.stop() })
  return engine
}
