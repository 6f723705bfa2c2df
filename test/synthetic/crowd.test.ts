/** The real core over the real executor: the same seed gives the same ids by the same experts, alone and in a crowd that comes and goes. */
import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import type { Manifest } from '../../src/artifacts/manifest.js'
import { uniforms } from '../../src/common/rng.js'
import type { StepExecutor, StepPlan } from '../../src/engine/executor.js'
import type { EngineEvent, RoutingDump, Work } from '../../src/engine/protocol.js'
import { DEBUG_PRECISIONS } from '../support/debug-model.js'
import { debugInput, debugPicture, debugPrompt, debugQuestion, debugText } from '../support/debug-works.js'
import { createOrtEngine, type OrtEngineOptions } from '../support/ort-engine.js'
import type { Started } from '../support/start-work.js'
import { watchExecutor } from '../support/watched-executor.js'

const COUNT = 32

/** Slots and bytes for a few at a time, so that places change hands all the time. */
const TIGHT = {
  rowLimits: { encode: 2, prefill: 3, decode: 4, unmask: 6, render: 2 },
  decodeSlots: 5,
  promptSlots: 6,
  pictureCacheBytes: 60_000,
  prefillTokens: 40
}

/** Work of all kinds; the same index is the same work. */
function workOf (manifest: Manifest, index: number): Work {
  const promptTokenIds = debugPrompt(manifest, index % 7)
  const picture = debugInput(manifest, index % 5)
  if (index % 8 === 6) return debugPicture(manifest, { promptTokenIds, seed: BigInt(index), previews: 2, given: { picture, remake: Array.from({ length: 1 + index % manifest.sizes.image_tokens }, (_, position) => position) } })
  switch (index % 4) {
    case 0:
      return debugPicture(manifest, { promptTokenIds, seed: BigInt(index), numInferenceSteps: 2 + index % 7, guidanceScale: 1 + index % 5, previews: index % 3 })
    case 1:
      return debugText(manifest, { picture, textTokenIds: debugQuestion(manifest, 1 + index % 9), seed: BigInt(index), maxTokens: 1 + index % 15, topP: index % 8 === 1 ? 0.8 : 1 })
    case 2:
      return debugPicture(manifest, { promptTokenIds, negativeTokenIds: debugPrompt(manifest, index % 3), seed: BigInt(index), numInferenceSteps: 8, temperature: index % 8 === 2 ? 0 : 1.3 })
    default:
      return index % 8 === 3
        ? debugText(manifest, { picture, textTokenIds: debugQuestion(manifest, 2), seed: BigInt(index), temperature: 0, allowedTokenIds: [[5, 6, 7], [8, 9]], topLogprobs: 2 })
        : debugText(manifest, { picture, task: 'answer', choices: [[20, 21, 1], [30, 1], [40 + index, 41, 42, 1]] })
  }
}

/** What a caller gets, without times: ids, scores and log-probabilities, and digests of pixels. */
function answerOf (events: readonly EngineEvent[]): unknown[] {
  return events.flatMap((event): unknown[] => {
    if (event.type === 'started') return []
    if (event.type === 'finished') return [event.finishReason, event.face]
    return 'rgb' in event ? [{ ...event, rgb: createHash('sha256').update(event.rgb).digest('base64') }] : [event]
  })
}

/** Which experts the steps of a work chose. Prefixes are left out: whoever needs one first has its pass. */
function routingOf (passes: readonly RoutingDump[], id: string): unknown[] {
  return passes.filter((pass) => pass.id === id && pass.phase !== 'prefill').map(({ id: _, ...pass }) => pass)
}

async function aloneAnswers (t: Test, options: OrtEngineOptions): Promise<unknown[][]> {
  const { start, manifest, passes } = await createOrtEngine(t, { ...options, settings: { routingDump: 'every-pass' } })
  const answers: unknown[][] = []
  for (let index = 0; index < COUNT; index++) answers.push(answerOf(await start(`s${index}`, workOf(manifest, index)).ended))
  return answers.map((answer, index) => [...answer, ...routingOf(passes, `s${index}`)])
}

interface CrowdAnswers { answers: unknown[][], plans: StepPlan[], faults: unknown[] }

/** The same works in one engine: others join while a step is under way, and some are given up. */
async function crowdAnswers (t: Test, options: OrtEngineOptions): Promise<CrowdAnswers> {
  const plans: StepPlan[] = []
  const started: Started[] = []
  const join = (): void => { if (started.length < COUNT) started.push(engine.start(`s${started.length}`, workOf(engine.manifest, started.length))) }
  const wrap = (executor: StepExecutor): StepExecutor => watchExecutor(executor, {
    onPlan: (plan) => {
      plans.push(plan)
      const [joins = 1, leaves = 1] = uniforms({ seed: 1n, stream: 0, step: plans.length, row: 0 }, 2)
      if (joins < 0.5) join()
      if (leaves < 0.2) engine.start(`gone ${plans.length}`, workOf(engine.manifest, plans.length))
      engine.core.abort(`gone ${plans.length - 2}`)
    }
  })
  const engine = await createOrtEngine(t, { ...options, settings: { ...TIGHT, routingDump: 'every-pass' }, wrap })
  while (started.length < COUNT) {
    join()
    await Promise.race(started.slice(-3).map(({ ended }) => ended))
  }
  const events = await Promise.all(started.map(({ ended }) => ended))
  await engine.core.drain()
  return { answers: events.map((own, index) => [...answerOf(own), ...routingOf(engine.passes, `s${index}`)]), plans, faults: engine.faults }
}

for (const precision of DEBUG_PRECISIONS) {
  t.test(`${precision}: a seed gives the same answer alone and in a crowd that comes and goes`, async (t) => {
    const expected = await aloneAnswers(t, { precision })
    const { answers, plans, faults } = await crowdAnswers(t, { precision })
    for (const [index, answer] of answers.entries()) t.same(answer, expected[index], `work ${index}`)
    t.same(faults, [], 'no invariant was broken')
    t.ok(plans.some((plan) => plan.phase === 'unmask' && plan.rows.length > 2 && new Set(plan.rows.map((row) => row.guidance?.scale)).size > 2), 'pictures of different guidance went together')
    t.ok(plans.some((plan) => plan.phase === 'decode' && new Set(plan.rows.map((row) => row.pastLength)).size > 2), 'texts of different lengths went together')
  })
}

t.test('with its caches in the memory of the sessions the model answers the same', async (t) => {
  const expected = await aloneAnswers(t, {})
  const { answers, faults } = await crowdAnswers(t, { caches: 'session' })
  for (const [index, answer] of answers.entries()) t.same(answer, expected[index], `work ${index}`)
  t.same(faults, [])
})
