import { readFile } from 'node:fs/promises'
import t from 'tap'
import { CLIENT_TYPES, clientTypes } from '../support/client-types.js'

t.test('the types of the TypeScript client are those of openapi.yaml; npm run openapi writes them', async (t) => {
  t.equal(await readFile(CLIENT_TYPES, 'utf8'), await clientTypes())
})
