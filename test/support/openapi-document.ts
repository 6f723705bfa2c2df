import { stringify } from 'yaml'
import { buildApp } from '../../src/app.js'
import { systemClock } from '../../src/common/clock.js'
import { readConfig } from '../../src/config.js'
import { OPEN_TO_ALL } from '../../src/http/api-keys.js'
import { packageVersion } from '../../src/package.js'
import { describeModel } from '../../src/tasks/face-model.js'
import { ScriptedEngine } from './scripted-engine.js'
import { TOY_MANIFEST } from './toy-manifest.js'
import { toyTokenizer } from './toy-tokenizer.js'

const HEAD = '# Generated from the routes\' schemas: change those in src/http/, then `npm run openapi`.\n'

/** The OpenAPI document of a server with default settings, as it answers it. */
export async function openApiDocument (): Promise<unknown> {
  const dependencies = { models: [{ engine: new ScriptedEngine(), model: describeModel(TOY_MANIFEST, toyTokenizer) }] as const, apiKeys: OPEN_TO_ALL, clock: systemClock, version: packageVersion() }
  const { server } = await buildApp(dependencies, readConfig({}, { logLevel: 'silent' }))
  try {
    return (await server.inject('/openapi.json')).json()
  } finally {
    await server.close()
  }
}

/** The same as the text of openapi.yaml. */
export async function openApiYaml (): Promise<string> {
  return HEAD + stringify(await openApiDocument(), { lineWidth: 0, aliasDuplicateObjects: false })
}
