/**
 * Writes openapi.yaml from the routes' schemas: the same document that a server answers at /openapi.json.
 *
 * npm run openapi. The document says nothing of a model, so the tests' toy stands in for one.
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openApiYaml } from '../test/support/openapi-document.js'

await writeFile(fileURLToPath(new URL('../openapi.yaml', import.meta.url)), await openApiYaml())
