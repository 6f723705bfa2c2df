import sharp from 'sharp'
import t from 'tap'
import type { Test } from 'tap'
import { systemClock } from '../../../src/common/clock.js'
import { codedError } from '../../../src/common/errors.js'
import type { EngineEvent, EngineUsage } from '../../../src/engine/protocol.js'
import { NO_POLICY } from '../../../src/policy/policy.js'
import { AdmissionQueue } from '../../../src/tasks/admission.js'
import { describeModel } from '../../../src/tasks/face-model.js'
import { generateFaces } from '../../../src/tasks/generate-face.js'
import { modelParameters } from '../../../src/tasks/model-parameters.js'
import { drawSeed } from '../../../src/tasks/seed.js'
import type { TaskContext, TaskDependencies } from '../../../src/tasks/task-context.js'
import { completed, type UnderstandEvent, understandFace } from '../../../src/tasks/understand-face.js'
import { createMetrics } from '../../../src/telemetry/metrics.js'
import { plainPng } from '../../support/pictures.js'
import { ScriptedEngine, type Script } from '../../support/scripted-engine.js'
import { TOY_MANIFEST } from '../../support/toy-manifest.js'
import { toyTokenizer } from '../../support/toy-tokenizer.js'

const USAGE: EngineUsage = { promptTokens: 1, imageTokens: 19, completionTokens: 1, cachedTokens: 0, forwardPasses: 1, activated: { min: 1, max: 1, mean: 1, total: 9 }, touched: { min: 1, max: 1, mean: 1 }, timings: { queueMs: 0, totalMs: 1 } }
const IMAGE: EngineEvent = { type: 'image', rgb: new Uint8Array(48), size: 4, codeIds: new Int32Array(16) }
const token = (tokenId: number): EngineEvent => ({ type: 'token', tokenId, logprob: 0 })
const finished: EngineEvent = { type: 'finished', finishReason: 'stop', usage: USAGE }

function worldOf (script: Script, manifest = TOY_MANIFEST): { dependencies: TaskDependencies, engine: ScriptedEngine, context: (task?: 'generate' | 'caption') => TaskContext } {
  const engine = new ScriptedEngine(script)
  const queue = new AdmissionQueue({ maxRequests: 8, maxWorkUnits: 1000 })
  const metrics = createMetrics({ ...modelParameters(manifest), live: { waiting: () => queue.waiting, running: () => queue.running } })
  const context = (task: 'generate' | 'caption' = 'generate'): TaskContext => {
    const outcome = queue.admit(task, 1)
    if (!outcome.admitted) throw new Error('no place')
    return { signal: new AbortController().signal, deadlineAt: systemClock.now() + 10_000, admittedAt: systemClock.now(), ticket: outcome.ticket, caller: 'me' }
  }
  return { dependencies: { engine, model: describeModel(manifest, toyTokenizer), metrics, clock: systemClock, policy: NO_POLICY, provenance: 'on', maxImagePixels: 1000 }, engine, context }
}

const plays = (...events: EngineEvent[]): Script => async function * () { yield * events }

async function say (t: Test, script: Script, manifest = TOY_MANIFEST): Promise<UnderstandEvent[]> {
  const { dependencies, context } = worldOf(script, manifest)
  const events: UnderstandEvent[] = []
  for await (const event of await understandFace(dependencies, { image: await plainPng('red'), delivery: 'streamed', seed: 1 }, context('caption'))) events.push(event)
  t.equal(events.at(-1)?.type, 'completed')
  return events
}

t.test('one picture that fails ends the others of its request', async (t) => {
  const ended: number[] = []
  const { dependencies, context } = worldOf(async function * (work, { signal }) {
    const row = 'row' in work ? work.row : -1
    if (row === 1) throw codedError('engine_out_of_memory', [])
    await new Promise((_resolve, reject) => { signal?.addEventListener('abort', () => { ended.push(row); reject(signal.reason) }) })
    yield IMAGE
  })
  await t.rejects(generateFaces(dependencies, { prompt: 'a', n: 3, format: 'png' }, context()), { code: 'engine_out_of_memory' })
  t.same(ended.sort(), [0, 2])
})

t.test('pictures of a request differ by their row alone, and can be made again after a crash', async (t) => {
  const { dependencies, engine, context } = worldOf(plays(IMAGE, finished))
  await generateFaces(dependencies, { prompt: 'ab', negativePrompt: 'c', seed: 9, n: 2, format: 'png' }, context())
  const [first, second] = engine.submitted.map(({ work }) => work)
  t.match(first, { kind: 'generate', promptTokenIds: [2, 3, 4, 5, 1], negativeTokenIds: [2, 3, 6, 1], seed: 9n, row: 0, previews: 0 })
  t.same({ ...second, row: 0 }, first)
  t.ok(engine.submitted.every(({ options }) => options.delivery === 'whole'))
})

t.test('progress is reported by picture and asked for as often as the caller says', async (t) => {
  const preview: EngineEvent = { type: 'preview', step: 3, steps: 6, decided: 0.3, rgb: new Uint8Array(48), size: 4 }
  const { dependencies, engine, context } = worldOf(plays(preview, IMAGE, finished))
  const reports: object[] = []
  await generateFaces(dependencies, { prompt: 'a', n: 2, format: 'png', progress: { reports: 3, report: (progress) => { reports.push(progress) } } }, context())
  t.same(reports, [{ picture: 0, step: 3, steps: 6 }, { picture: 1, step: 3, steps: 6 }])
  t.match(engine.submitted, [{ work: { previews: 3 } }, { work: { previews: 3 } }])
})

t.test('an engine that ends without a result is our fault', async (t) => {
  const { dependencies, context } = worldOf(plays(finished))
  await t.rejects(generateFaces(dependencies, { prompt: 'a', format: 'png' }, context()), { code: 'internal_error' })
  const nothing = worldOf(plays())
  const events = await understandFace(nothing.dependencies, { image: await plainPng('red'), delivery: 'whole' }, nothing.context('caption'))
  await t.rejects(completed(events), { code: 'internal_error' })
})

t.test('whole characters are said, and the space that answers begin with is not', async (t) => {
  const led = { ...TOY_MANIFEST, layout: { ...TOY_MANIFEST.layout, answer_template: ' {answer}' } }
  const [space = 0, first = 0, second = 0, letter = 0] = toyTokenizer.encode(' éa')
  const events = await say(t, plays(token(space), token(first), token(second), token(space), token(letter), finished), led)
  t.same(events.slice(0, -1), ['é', ' ', 'a'].map((text) => ({ type: 'delta', text })))
  t.match(events.at(-1), { result: { text: 'é a', seed: 1, face: { found: false } } })
})

t.test('a text that ends within a character shows the replacement character once', async (t) => {
  const [half = 0] = toyTokenizer.encode('é')
  const events = await say(t, plays(token(half), finished))
  t.match(events, [{ type: 'delta', text: '\ufffd' }, { type: 'completed', result: { text: '\ufffd' } }])
})

t.test('the name of a picture is what the model sees of it, salted with its caller', async (t) => {
  const { dependencies, engine, context } = worldOf(plays(finished))
  const png = await plainPng('red')
  for (const [image, caller] of [[png, 'me'], [await sharp(png).webp({ lossless: true }).toBuffer(), 'me'], [png, 'you'], [await plainPng('blue'), 'me']] as const) {
    await completed(await understandFace(dependencies, { image, delivery: 'whole' }, { ...context('caption'), caller }))
  }
  const [a, sameInWebp, ofOther, other] = engine.submitted.map(({ work }) => work.kind === 'understand' ? work.picture.key : '')
  t.equal(sameInWebp, a)
  t.equal(new Set([a, ofOther, other]).size, 3)
})

t.test('room for an answer is what the slot has left', async (t) => {
  const tight = { ...TOY_MANIFEST, sizes: { ...TOY_MANIFEST.sizes, slot_capacity: 25 } }
  const { dependencies, engine, context } = worldOf(plays(finished), tight)
  const ask = async (maxTokens?: number) => await completed(await understandFace(dependencies, { image: await plainPng('red'), question: 'ab', maxTokens, delivery: 'whole' }, context('caption')))
  await ask()
  t.match(engine.submitted[0]?.work, { maxTokens: 3 }, '25 less 19 of the picture, less 3 of the question')
  await t.rejects(ask(4), { code: 'conversation_too_long', message: /26 positions and the model has 25/ })
})

t.test('drawn seeds survive JSON', async (t) => {
  const seeds = Array.from({ length: 200 }, drawSeed)
  t.ok(seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0))
  t.ok(new Set(seeds).size === seeds.length && Math.max(...seeds) > 2 ** 50)
})
