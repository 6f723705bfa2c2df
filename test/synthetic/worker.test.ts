/** The engine process of the server over a real model: it gets ready, works, is killed in the middle, and does its work again. */
import t from 'tap'
import { loadManifest } from '../../src/artifacts/load-manifest.js'
import type { ForkedEngine } from '../../src/engine/client.js'
import type { EngineEvent, Work } from '../../src/engine/protocol.js'
import { debugFolder } from '../support/debug-model.js'
import { debugPicture, debugText } from '../support/debug-works.js'
import { forkModel } from '../support/forked-model.js'
import { collect } from '../support/forked-toy.js'
import { idsOf } from '../support/toy-engine.js'
import { until } from '../support/until.js'

const { manifest } = await loadManifest(debugFolder())

/** Runs work whose answer is kept back until it is whole; the engine is killed as soon as an event shows that it is in the middle. */
async function killInTheMiddle (engine: ForkedEngine, work: Work, isMiddle: (event: EngineEvent) => boolean): Promise<EngineEvent[]> {
  const events: EngineEvent[] = []
  let isKilled = false
  for await (const event of engine.submit(work, { delivery: 'whole' })) {
    events.push(event)
    const pid = engine.model()?.pid
    if (isKilled || pid === undefined || !isMiddle(event)) continue
    isKilled = true
    process.kill(pid, 'SIGKILL')
  }
  t.ok(isKilled)
  return events
}

t.test('an engine that is killed in the middle of a picture and of a text answers as if it had not been', async (t) => {
  const engine = forkModel(t)
  const { pid } = await engine.whenReady()
  const picture = debugPicture(manifest, { numInferenceSteps: 16, previews: 3 })
  const text = debugText(manifest, { maxTokens: 60 })
  const expected = [idsOf(await collect(engine, picture)), idsOf(await collect(engine, text))]
  const states: string[] = []
  engine.on('state', (state) => { states.push(state) })
  const made = await killInTheMiddle(engine, picture, ({ type }) => type === 'preview')
  await until(() => engine.state() === 'ready')
  const written = await killInTheMiddle(engine, text, ({ type }) => type === 'token')
  t.same([idsOf(made), idsOf(written)], expected)
  t.same(states, ['restarting', 'ready', 'restarting', 'ready'])
  t.not(engine.model()?.pid, pid)
})

t.test('work that nobody waits for any more is stopped, the rest goes on, and a drain ends the process in good order', async (t) => {
  const engine = forkModel(t)
  await engine.whenReady()
  const stop = new AbortController()
  const abandoned = collect(engine, debugText(manifest, { maxTokens: 100 }), { signal: stop.signal })
  const rest = collect(engine, debugText(manifest, { seed: 9n, maxTokens: 30 }))
  stop.abort(new Error('gone'))
  await t.rejects(abandoned, /gone/)
  t.equal((await rest).at(-1)?.type, 'finished')
  await engine.drain()
  t.equal(engine.state(), 'stopped')
})

t.test('an engine that cannot load its model says why', async (t) => {
  const engine = forkModel(t, { modelFolder: t.testdir() })
  await t.rejects(engine.whenReady(), { code: 'model_folder_missing' })
})
