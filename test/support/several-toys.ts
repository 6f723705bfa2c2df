import type { Test } from 'tap'
import { type App, buildApp } from '../../src/app.js'
import { systemClock } from '../../src/common/clock.js'
import { readConfig, type SettingName } from '../../src/config.js'
import type { EngineClient } from '../../src/engine/client.js'
import { OPEN_TO_ALL } from '../../src/http/api-keys.js'
import { describeModel } from '../../src/tasks/face-model.js'
import { TOY_MANIFEST } from './toy-manifest.js'
import { toyTokenizer } from './toy-tokenizer.js'

/** Names of the models of `buildTwoToys`; the first is the default. */
export const [FIRST, SECOND] = ['toy', 'other-toy'] as const

/** A server with two models, as the process builds it, over whatever engines; closed with its test. */
export async function buildTwoToys (t: Test, [first, second]: readonly [EngineClient, EngineClient], settings: Partial<Record<SettingName, string>> = {}, [firstName, secondName]: readonly [string, string] = [FIRST, SECOND]): Promise<App> {
  const models = [
    { engine: first, model: describeModel({ ...TOY_MANIFEST, name: firstName }, toyTokenizer) },
    { engine: second, model: describeModel({ ...TOY_MANIFEST, name: secondName }, toyTokenizer) }
  ] as const
  const app = await buildApp({ models, apiKeys: OPEN_TO_ALL, clock: systemClock, version: '0.0.0' }, readConfig({}, { logLevel: 'silent', ...settings }))
  t.teardown(async () => { await app.server.close() })
  return app
}
