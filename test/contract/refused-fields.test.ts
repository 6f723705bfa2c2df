/** What the document says of fields that are refused whatever they hold, held against the routes: the list is the document's own. */
import t from 'tap'
import { agreeableEngine, ROOMY_MANIFEST } from '../support/agreeable-engine.js'
import { openApiDocument } from '../support/openapi-document.js'
import { plainPng } from '../support/pictures.js'
import { buildToyApp } from '../support/toy-app.js'
import { describeModel } from '../../src/tasks/face-model.js'
import { toyTokenizer } from '../support/toy-tokenizer.js'

interface Document { paths: Record<string, { post?: { requestBody?: { content: Record<string, { schema: { properties: Record<string, { description?: string }> } }> } } }> }

const document = await openApiDocument() as Document
const image = `data:image/png;base64,${(await plainPng('teal')).toString('base64')}`
const BODIES: Record<string, object> = {
  '/v1/images/generations': { prompt: 'a' },
  '/v1/images/edits': { prompt: 'a', image },
  '/v1/chat/completions': { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: image } }] }] }
}

t.test('fields that are documented as refused are refused by name, and null is the same as left out', async (t) => {
  const { server } = await buildToyApp(t, { engine: agreeableEngine(), model: describeModel(ROOMY_MANIFEST, toyTokenizer) })
  let refused = 0
  for (const [path, body] of Object.entries(BODIES)) {
    const { properties } = document.paths[path]?.post?.requestBody?.content['application/json']?.schema ?? { properties: {} }
    const names = Object.entries(properties).filter(([, { description }]) => description?.startsWith('Refused with `option_unsupported`')).map(([name]) => name)
    for (const name of names) {
      const answer = await server.inject({ method: 'POST', url: path, payload: { ...body, [name]: 'x' } })
      t.match([answer.statusCode, answer.json()], [400, { error: { code: 'option_unsupported', param: name } }], `${path} ${name}`)
      t.equal((await server.inject({ method: 'POST', url: path, payload: { ...body, [name]: null } })).statusCode, 200, `${path} ${name}: null`)
      refused++
    }
  }
  t.ok(refused >= 20, `${refused} fields`)
})
