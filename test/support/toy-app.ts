import type { Test } from 'tap'
import { type App, type AppDependencies, buildApp } from '../../src/app.js'
import type { AdmissionQueue } from '../../src/tasks/admission.js'
import type { LoadedParts } from '../../src/tasks/backend.js'
import { systemClock } from '../../src/common/clock.js'
import { readConfig, type SettingName } from '../../src/config.js'
import { OPEN_TO_ALL } from '../../src/http/api-keys.js'
import { describeModel } from '../../src/tasks/face-model.js'
import { TOY_MANIFEST } from './toy-manifest.js'
import { toyTokenizer } from './toy-tokenizer.js'

/** What a test may change of a server over the toy model. */
export interface ToyAppOptions extends Partial<Omit<AppDependencies, 'models'>> {
  engine: LoadedParts['engine']
  model?: LoadedParts['model']
  /** Settings as flags would give them. */
  settings?: Partial<Record<SettingName, string>>
}

/** A server with one model, and the queue in front of it. */
export interface ToyApp extends App { admission: AdmissionQueue }

/** A server as the process builds it, over whatever engine, closed with its test. */
export async function buildToyApp (t: Test, { settings = {}, engine, model = describeModel(TOY_MANIFEST, toyTokenizer), ...dependencies }: ToyAppOptions): Promise<ToyApp> {
  const config = readConfig({}, { logLevel: 'silent', ...settings })
  const app = await buildApp({ models: [{ engine, model }], apiKeys: OPEN_TO_ALL, clock: systemClock, version: '0.0.0', ...dependencies }, config)
  t.teardown(async () => { await app.server.close() })
  return { ...app, admission: app.models.first.backend.admission }
}
