/** Prefixes that are kept are as good as prefixes read anew: prompts, the empty prompt, pictures. */
import t from 'tap'
import type { EngineEvent, EngineUsage, Work } from '../../src/engine/protocol.js'
import { collectGarbage } from '../support/collect-garbage.js'
import { debugInput, debugPicture, debugPrompt, debugText } from '../support/debug-works.js'
import { createOrtEngine, type OrtEngine } from '../support/ort-engine.js'

/** Three prompts fit, the empty one among them for good; of pictures one. */
const SMALL = { promptSlots: 3, pictureCacheBytes: 20_000 }

interface Answer { events: EngineEvent[], usage: EngineUsage }

async function answer (engine: OrtEngine, id: string, work: Work): Promise<Answer> {
  const events = await engine.start(id, work).ended
  const last = events.at(-1)
  if (last?.type !== 'finished') throw new Error(`${id} did not finish`)
  return { events: events.filter(({ type }) => type === 'token' || type === 'image'), usage: last.usage }
}

/** Does work, does it again, does others that push what it left behind out of the caches, and does it a third time. */
async function threeTimes (engine: OrtEngine, work: Work, others: Work[]): Promise<[Answer, Answer, Answer]> {
  const [first, cached] = [await answer(engine, 'first', work), await answer(engine, 'cached', work)]
  for (const [index, other] of others.entries()) await answer(engine, `other ${index}`, other)
  return [first, cached, await answer(engine, 'anew', work)]
}

t.test('a prompt that is kept gives the picture of a prompt read anew', async (t) => {
  const engine = await createOrtEngine(t, { settings: SMALL })
  const { manifest } = engine
  const [first, cached, anew] = await threeTimes(engine, debugPicture(manifest), [8, 9].map((words) => debugPicture(manifest, { promptTokenIds: debugPrompt(manifest, words) })))
  const [prompt, empty] = [debugPrompt(manifest, 5).length, debugPrompt(manifest, 0).length]
  t.same([first, cached, anew].map(({ usage }) => usage.cachedTokens), [0, prompt + empty, empty])
  t.same(cached.events, first.events)
  t.same(anew.events, first.events)
})

t.test('a picture that is kept gives the text of a picture read anew', async (t) => {
  const engine = await createOrtEngine(t, { settings: SMALL })
  const { manifest } = engine
  const [first, cached, anew] = await threeTimes(engine, debugText(manifest), [2, 3].map((number) => debugText(manifest, { picture: debugInput(manifest, number) })))
  const { picture_prefix_length: picture } = manifest.sizes
  t.same([first, cached, anew].map(({ usage }) => usage.cachedTokens), [0, picture, 0])
  t.same(cached.events, first.events)
  t.same(anew.events, first.events)
  t.ok(first.events.length > 5)
})

/** What JavaScript holds, the memory of tensors included. */
function heldBytes (): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

t.test('hundreds of pictures and texts leave nothing behind', async (t) => {
  const engine = await createOrtEngine(t, { settings: { ...SMALL, invariants: 'off' } })
  const { manifest } = engine
  const noise = debugInput(manifest, 1)
  const round = async (from: number, count: number): Promise<void> => {
    for (let index = from; index < from + count; index++) {
      const text = debugText(manifest, { picture: { ...noise, key: `picture ${index}` }, maxTokens: 2 })
      const picture = debugPicture(manifest, { promptTokenIds: debugPrompt(manifest, index % 60), numInferenceSteps: 1 })
      await Promise.all([answer(engine, `t${index}`, text), answer(engine, `p${index}`, picture)])
    }
    engine.core.takeStats()
    collectGarbage()
  }
  await round(0, 200)
  const before = heldBytes()
  await round(200, 400)
  const growth = heldBytes() - before
  // A prefix is 19 KiB and an answer's pixels 3 KiB: kept, they would be 9 MB.
  t.ok(growth < 3 * 1024 * 1024, `${growth} bytes more`)
})
