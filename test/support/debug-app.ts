import type { Test } from 'tap'
import { type App, buildApp } from '../../src/app.js'
import { loadManifest } from '../../src/artifacts/load-manifest.js'
import { systemClock } from '../../src/common/clock.js'
import { readConfig, type SettingName } from '../../src/config.js'
import type { ForkedEngine } from '../../src/engine/client.js'
import type { EngineSettings } from '../../src/engine/protocol.js'
import { OPEN_TO_ALL } from '../../src/http/api-keys.js'
import type { AdmissionQueue } from '../../src/tasks/admission.js'
import { describeModel } from '../../src/tasks/face-model.js'
import { loadTokenizer } from '../../src/text/tokenizer.js'
import { debugFolder } from './debug-model.js'
import { forkModel } from './forked-model.js'

export interface DebugApp extends App {
  engine: ForkedEngine
  admission: AdmissionQueue
  /** Where it listens. */
  origin: string
}

/** A server as the process builds it, listening, over the real engine process and the debug model; closed with its test. */
export async function listenDebugApp (t: Test, settings: Partial<Record<SettingName, string>> = {}, logTo?: { write: (line: string) => void }, engineChanges: Partial<EngineSettings> = {}): Promise<DebugApp> {
  const folder = engineChanges.modelFolder ?? debugFolder()
  const { manifest } = await loadManifest(folder)
  const tokenizer = await loadTokenizer(`${folder}/tokenizer.json`)
  const engine = forkModel(t, engineChanges)
  await engine.whenReady()
  const dependencies = { models: [{ engine, model: describeModel(manifest, tokenizer) }] as const, apiKeys: OPEN_TO_ALL, clock: systemClock, version: '0.0.0', ...(logTo === undefined ? {} : { logTo }) }
  const app = await buildApp(dependencies, readConfig({}, { logLevel: 'silent', ...settings }))
  t.teardown(async () => { await app.server.close() })
  return { ...app, engine, admission: app.models.first.backend.admission, origin: await app.server.listen({ port: 0, host: '127.0.0.1' }) }
}
