import t from 'tap'
import { codedError } from '../../../src/common/errors.js'
import { forkToy } from '../../support/forked-toy.js'
import { dataUrl, formRequest, plainPng } from '../../support/pictures.js'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { buildToyApp } from '../../support/toy-app.js'

/** Words that only a body, a query or a header holds. */
const SECRET = 'zebra'

t.test('no log line holds a prompt, a question, an answer, a picture or a key, at any level', async (t) => {
  const engine = forkToy(t)
  await engine.whenReady()
  const lines: string[] = []
  const { server } = await buildToyApp(t, { engine, logTo: { write: (line) => { lines.push(line) } }, settings: { logLevel: 'trace', maxUploadBytes: '1024' } })
  const picture = await plainPng('teal')
  const image = dataUrl(picture)
  const form = await formRequest([['image', picture], ['question', SECRET], ['seed', '1']])
  const authorization = `Bearer ${SECRET}`
  const json = { 'content-type': 'application/json', authorization }
  const answers = [
    await server.inject({ method: 'POST', url: '/v1/faces/generate', payload: { prompt: SECRET, negative_prompt: SECRET }, headers: { authorization } }),
    await server.inject({ method: 'POST', url: '/v1/faces/generate', payload: { prompt: SECRET.repeat(3) }, headers: { authorization } }),
    await server.inject({ method: 'POST', url: '/v1/faces/generate', payload: `{"prompt": "${SECRET}`, headers: json }),
    await server.inject({ method: 'POST', url: '/v1/faces/generate', payload: { prompt: 'a', [SECRET]: 1 } }),
    await server.inject({ method: 'POST', url: '/v1/faces/vqa', payload: { image, question: SECRET, choices: [SECRET, 'no'] } }),
    await server.inject({ method: 'POST', url: '/v1/faces/vqa', payload: form.payload, headers: form.headers }),
    await server.inject({ method: 'POST', url: '/v1/faces/caption', payload: { image, stream: true } }),
    await server.inject({ method: 'POST', url: '/v1/faces/caption', payload: { image: dataUrl(Buffer.from(SECRET)) } }),
    await server.inject({ url: `/v1/models?key=${SECRET}` })
  ]
  t.same(answers.map(({ statusCode }) => statusCode), [200, 422, 400, 400, 200, 200, 200, 415, 200])
  const log = lines.join('')
  t.ok(lines.length > 2 * answers.length)
  t.notMatch(log, new RegExp(SECRET))
  t.notMatch(log, /base64|IHDR/)
  t.notOk(log.includes(Buffer.from(picture).toString('base64').slice(30, 60)))
})

t.test('a failure inside is logged without the body that led to it', async (t) => {
  const lines: string[] = []
  const engine = new ScriptedEngine(() => { throw codedError('runtime_failed', ['Run', 1, 'boom']) })
  const { server } = await buildToyApp(t, { engine, logTo: { write: (line) => { lines.push(line) } }, settings: { logLevel: 'trace' } })
  await server.inject({ method: 'POST', url: '/v1/faces/generate', payload: { prompt: SECRET } })
  t.match(lines.join(''), /boom/)
  t.notMatch(lines.join(''), new RegExp(SECRET))
})

t.test('a line names its request, its level and its time; probes write none', async (t) => {
  const lines: string[] = []
  const { server } = await buildToyApp(t, { engine: new ScriptedEngine(), logTo: { write: (line) => { lines.push(line) } }, settings: { logLevel: 'info' } })
  for (const url of ['/livez', '/readyz', '/metrics']) await server.inject(url)
  t.same(lines, [])
  await server.inject({ url: '/v1/models', headers: { 'x-request-id': 'mine' } })
  for (const line of lines) t.match(JSON.parse(line), { level: 'info', reqId: 'mine', time: /^\d{4}-\d\d-\d\dT/ })
  t.match(JSON.parse(lines[0] ?? '{}'), { req: { method: 'GET', path: '/v1/models' } })
})
