/** Writes the types of the TypeScript client from openapi.yaml. npm run openapi does it after the document. */
import { writeFile } from 'node:fs/promises'
import { CLIENT_TYPES, clientTypes } from '../test/support/client-types.js'

await writeFile(CLIENT_TYPES, await clientTypes())
