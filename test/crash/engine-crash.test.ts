import { once } from 'node:events'
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { ForkedEngine } from '../../src/engine/client.js'
import type { EngineEvent } from '../../src/engine/protocol.js'
import { pictureWork, textWork } from '../support/engine-works.js'
import { collect, forkToy, TYPESCRIPT } from '../support/forked-toy.js'
import { MISCHIEF } from '../support/mischief.js'
import { idsOf } from '../support/toy-engine.js'

const slowText = textWork({ topP: MISCHIEF.slow, maxTokens: 20, seed: 3n })

async function readyToy (...options: Parameters<typeof forkToy>): Promise<ForkedEngine> {
  const engine = forkToy(...options)
  await engine.whenReady()
  return engine
}

/** Kills the engine as the kernel would, when work has given its n-th token; `begun` is called when it begins. */
async function killAtToken (engine: ForkedEngine, count: number, options: { delivery: 'whole' | 'streamed' }, begun = (): void => {}): Promise<EngineEvent[]> {
  const events: EngineEvent[] = []
  let isKilled = false
  for await (const event of engine.submit(slowText, options)) {
    events.push(event)
    if (event.type === 'started') begun()
    const pid = engine.model()?.pid
    if (idsOf(events).length < count || isKilled || pid === undefined) continue
    isKilled = true
    process.kill(pid, 'SIGKILL')
  }
  return events
}

t.test('kill -9 while an answer is kept back: it is run again with the same result', async (t) => {
  const engine = await readyToy(t)
  const expected = idsOf(await collect(engine, slowText))
  t.ok(expected.length > 3)
  const states: string[] = []
  engine.on('state', (state) => { states.push(state) })
  const events = await killAtToken(engine, 2, { delivery: 'whole' })
  t.same(idsOf(events), expected, 'every token once, in order')
  t.same(states, ['restarting', 'ready'])
  t.equal(events.filter(({ type }) => type === 'started').length, 1)
})

t.test('kill -9 while an answer is streamed: it fails with a code, what waits is done by the next engine', async (t) => {
  const engine = await readyToy(t, { decodeSlots: 1 })
  const waiting: Promise<EngineEvent[]>[] = []
  const streamed = killAtToken(engine, 2, { delivery: 'streamed' }, () => { waiting.push(collect(engine, textWork({ seed: 9n }))) })
  await t.rejects(streamed, { code: 'engine_restarted', status: 503 })
  t.equal((await waiting[0])?.at(-1)?.type, 'finished')
  t.equal(engine.state(), 'ready')
})

t.test('work that kills the engine twice is refused, its neighbours are not', async (t) => {
  const engine = await readyToy(t)
  const killer = collect(engine, textWork({ topP: MISCHIEF.killer }), { delivery: 'whole' })
  const neighbours = [1n, 2n, 3n].map((seed) => collect(engine, pictureWork({ seed, guidanceScale: MISCHIEF.slow }), { delivery: 'whole' }))
  await t.rejects(killer, { code: 'request_stops_engine' })
  const events = await Promise.all(neighbours)
  t.ok(events.every((own) => own.at(-1)?.type === 'finished'), 'they were run again apart from it')
})

t.test('an engine that cannot load its model says why, and is not started again', async (t) => {
  const engine = forkToy(t, { modelFolder: MISCHIEF.missingFolder })
  await t.rejects(engine.whenReady(), { code: 'model_folder_missing', message: /no model at missing/ })
  t.equal(engine.state(), 'stopped')
  await t.rejects(collect(engine, textWork()), { code: 'engine_stopped', message: /no model at missing/ })
})

t.test('an engine that dies whenever it starts is given up', async (t) => {
  const engine = forkToy(t, { modelFolder: MISCHIEF.crashingFolder })
  const restarts: string[] = []
  engine.on('restart', ({ reason }) => { restarts.push(reason) })
  await t.rejects(engine.whenReady(), { code: 'engine_stopped', message: /SIGKILL/ })
  t.equal(restarts.length, 2)
  t.equal(engine.state(), 'stopped')
})

t.test('an engine dies with its parent, even when the parent is killed in the middle of a step', async (t) => {
  const parent = fork(fileURLToPath(new URL('../support/parent-of-engine.ts', import.meta.url)), { execArgv: TYPESCRIPT, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [enginePid] = await once(parent, 'message') as [number]
  t.ok(isAlive(enginePid))
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  while (isAlive(enginePid)) await new Promise((resolve) => { setTimeout(resolve, 10) })
  t.notOk(isAlive(enginePid))
})

function isAlive (pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
