import type { Test } from 'tap'
import { type App, type AppDependencies, buildApp } from '../../src/app.js'
import { systemClock } from '../../src/common/clock.js'
import { readConfig, type SettingName } from '../../src/config.js'
import { OPEN_TO_ALL } from '../../src/http/api-keys.js'
import { describeModel } from '../../src/tasks/face-model.js'
import { TOY_MANIFEST } from './toy-manifest.js'
import { toyTokenizer } from './toy-tokenizer.js'

/** What a test may change of a server over the toy model. */
export interface ToyAppOptions extends Partial<Omit<AppDependencies, 'engine'>> {
  engine: AppDependencies['engine']
  /** Settings as flags would give them. */
  settings?: Partial<Record<SettingName, string>>
}

/** A server as the process builds it, over whatever engine, closed with its test. */
export async function buildToyApp (t: Test, { settings = {}, ...dependencies }: ToyAppOptions): Promise<App> {
  const config = readConfig({}, { logLevel: 'silent', ...settings })
  const app = await buildApp({ model: describeModel(TOY_MANIFEST, toyTokenizer), apiKeys: OPEN_TO_ALL, clock: systemClock, version: '0.0.0', ...dependencies }, config)
  t.teardown(async () => { await app.server.close() })
  return app
}
