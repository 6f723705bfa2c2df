import t from 'tap'
import type { EngineEvent, EngineStats } from '../../src/engine/protocol.js'
import { pictureWork, textWork } from '../support/engine-works.js'
import { collect, forkToy } from '../support/forked-toy.js'
import { MISCHIEF } from '../support/mischief.js'
import { createToyEngine, idsOf } from '../support/toy-engine.js'

const slowText = textWork({ topP: MISCHIEF.slow, maxTokens: 20, seed: 3n })
const endlessText = textWork({ topP: MISCHIEF.endless })

t.test('a forked engine makes pictures and texts, and exits when it is drained', async (t) => {
  const engine = forkToy(t)
  t.equal(engine.state(), 'starting')
  const model = await engine.whenReady()
  t.not(model.pid, process.pid)
  t.equal(engine.state(), 'ready')
  const [picture, text] = await Promise.all([collect(engine, pictureWork()), collect(engine, textWork())])
  t.same([picture.at(0)?.type, picture.at(-1)?.type], ['started', 'finished'])
  t.equal(text.at(-1)?.type, 'finished')
  await engine.drain()
  t.equal(engine.state(), 'stopped')
  await t.rejects(collect(engine, textWork()), { code: 'engine_stopped' })
})

t.test('what crosses between the processes is what was made', async (t) => {
  const engine = forkToy(t)
  t.same(idsOf(await collect(engine, pictureWork())), idsOf(await createToyEngine().start('p', pictureWork()).ended))
  const image = (await collect(engine, pictureWork())).find(({ type }) => type === 'image')
  t.ok(image?.type === 'image' && image.codeIds instanceof Int32Array && image.rgb instanceof Uint8Array)
})

t.test('work submitted before the engine is ready waits for it', async (t) => {
  const engine = forkToy(t)
  const events = await collect(engine, textWork())
  t.equal(events.at(-1)?.type, 'finished')
})

t.test('aborting ends the work at once with the signal\'s reason, even in the middle of a step', async (t) => {
  const engine = forkToy(t)
  const abort = new AbortController()
  const work = async (): Promise<void> => {
    // Its first token comes from the prefill; the decode step that follows never ends.
    for await (const event of engine.submit(endlessText, { signal: abort.signal })) if (event.type === 'token') abort.abort(new Error('the client went away'))
  }
  await t.rejects(work(), { message: 'the client went away' })
  t.same(engine.counts().running, { generate: 0, caption: 0, answer: 0 })
  t.equal((await collect(engine, textWork())).at(-1)?.type, 'finished', 'the engine goes on with what comes next')
})

t.test('leaving the iteration early aborts the work', async (t) => {
  const engine = forkToy(t)
  let stats: EngineStats | undefined
  const counted = new Promise<void>((resolve) => { engine.on('stats', (flushed) => { if (flushed.aborted.length > 0) resolve(); stats = flushed }) })
  for await (const event of engine.submit(slowText)) if (event.type === 'token') break
  await counted
  t.same(stats?.aborted, [{ phase: 'decode', count: 1 }])
  t.match(stats?.kvSlots.find(({ kind, state }) => kind === 'decode' && state === 'used'), { slots: 0 })
})

t.test('past its deadline work fails, in the middle of a step as well', async (t) => {
  const engine = forkToy(t)
  await engine.whenReady()
  const options = { deadlineAt: performance.now() + 50 }
  await t.rejects(collect(engine, endlessText, options), { code: 'deadline_exceeded', status: 504 })
  t.equal((await collect(engine, textWork())).at(-1)?.type, 'finished')
})

t.test('draining finishes what runs and what waits, and refuses what comes', async (t) => {
  const engine = forkToy(t, { decodeSlots: 1 })
  await engine.whenReady()
  const works = [collect(engine, slowText), collect(engine, textWork()), collect(engine, pictureWork())]
  const drained = engine.drain()
  t.equal(engine.state(), 'draining')
  await t.rejects(collect(engine, textWork()), { code: 'engine_draining' })
  const events = await Promise.all(works)
  t.ok(events.every((own) => own.at(-1)?.type === 'finished'))
  await drained
})

t.test('a full queue refuses with the number that wait', async (t) => {
  const engine = forkToy(t, { decodeSlots: 1, queue: { maxSequences: 1, maxWorkUnits: 1000 } })
  const running = engine.submit(slowText)
  const first: EngineEvent[] = []
  const waiting: Promise<EngineEvent[]>[] = []
  for await (const event of running) {
    first.push(event)
    if (event.type !== 'started') continue
    waiting.push(collect(engine, textWork()))
    await t.rejects(collect(engine, textWork()), { code: 'queue_full', args: [1], status: 429 })
  }
  t.equal(first.at(-1)?.type, 'finished')
  t.equal((await waiting[0])?.at(-1)?.type, 'finished')
})

t.test('the client counts what waits and what runs, by task', async (t) => {
  const engine = forkToy(t, { decodeSlots: 1 })
  await engine.whenReady()
  const works = [collect(engine, slowText), collect(engine, textWork({ task: 'answer' }))]
  for await (const event of engine.submit(pictureWork())) {
    if (event.type === 'started') t.match(engine.counts(), { waiting: { answer: 1 }, running: { generate: 1 } })
  }
  await Promise.all(works)
  t.same(engine.counts(), { waiting: { generate: 0, caption: 0, answer: 0 }, running: { generate: 0, caption: 0, answer: 0 } })
})
