import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import t from 'tap'
import { readApiKeys } from '../../../src/http/api-keys.js'
import { commandLine } from '../../support/command-line.js'
import { forkToy } from '../../support/forked-toy.js'
import { buildToyApp } from '../../support/toy-app.js'

t.test('a server with keys is asked with the key of a file', async (t) => {
  const engine = forkToy(t)
  await engine.whenReady()
  const folder = t.testdir()
  await writeFile(`${folder}/keys.txt`, `${createHash('sha256').update('secret').digest('hex')}\n`)
  await writeFile(`${folder}/key`, 'secret\n')
  const { server } = await buildToyApp(t, { engine, apiKeys: await readApiKeys(`${folder}/keys.txt`) })
  const origin = await server.listen({ port: 0, host: '127.0.0.1' })
  const answer = await fetch(`${origin}/v1/faces/generate`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json', authorization: 'Bearer secret' }, body: JSON.stringify({ prompt: 'a face', seed: 1 }) })
  await writeFile(`${folder}/answer.json`, await answer.text())
  t.match(await commandLine(['replay', `${folder}/answer.json`, '--url', origin, '--api-key-file', `${folder}/key`]), { code: 0, answer: /the same code ids/ })
  t.match(await commandLine(['replay', `${folder}/answer.json`, '--url', origin]), { code: 1, told: [/answered 401: The API key is missing/] })
})
