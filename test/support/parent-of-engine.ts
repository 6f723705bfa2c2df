/** A server's process in small: starts an engine, gives it a step that never ends, tells the engine's pid, and waits to be killed. */
import { fileURLToPath } from 'node:url'
import { ForkedEngine } from '../../src/engine/client.js'
import { forkEngine } from '../../src/engine/process.js'
import { engineSettings } from '../../src/engine/settings.js'
import { textWork } from './engine-works.js'
import { MISCHIEF } from './mischief.js'

const worker = fileURLToPath(new URL('./toy-worker.ts', import.meta.url))
const engine = new ForkedEngine({
  settings: engineSettings({ modelFolder: 'toy', executionProvider: 'cpu', logLevel: 'error' }),
  spawn: (listener) => forkEngine(worker, listener)
})
const { pid } = await engine.whenReady()
for await (const event of engine.submit(textWork({ topP: MISCHIEF.endless }))) {
  if (event.type === 'token') process.send?.(pid)
}
