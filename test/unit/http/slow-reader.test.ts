import { connect } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import type { EngineEvent } from '../../../src/engine/protocol.js'
import { dataUrl, plainPng } from '../../support/pictures.js'
import { ScriptedEngine } from '../../support/scripted-engine.js'
import { buildToyApp } from '../../support/toy-app.js'
import { until } from '../../support/until.js'

t.test('a client that does not read its stream is given up: the work ends, and its places are free', async (t) => {
  let written = 0
  let hasEnded = false
  const engine = new ScriptedEngine(async function * (): AsyncGenerator<EngineEvent> {
    try {
      yield { type: 'started', queueMs: 0 }
      for (;;) {
        yield { type: 'token', tokenId: 4, logprob: -1 }
        written++
      }
    } finally {
      hasEnded = true
    }
  })
  const { server, admission } = await buildToyApp(t, { engine, settings: { streamBufferBytes: '65536' } })
  await server.listen({ port: 0, host: '127.0.0.1' })
  const address = server.server.address()
  const socket = connect({ port: typeof address === 'object' && address !== null ? address.port : 0, host: '127.0.0.1' })
  await once(socket, 'connect')
  socket.pause()
  const body = JSON.stringify({ image: dataUrl(await plainPng('teal')), stream: true })
  socket.write(`POST /v1/faces/caption HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  await until(() => hasEnded)
  const before = written
  t.ok(before > 100, `${before} tokens were written`)
  await until(() => admission.inFlight === 0)
  t.equal(written, before, 'and none after that')
  socket.destroy()
  t.match((await server.inject('/metrics')).body, /unif2ace_requests_total{task="caption",outcome="cancelled"} 1\n/)
})
