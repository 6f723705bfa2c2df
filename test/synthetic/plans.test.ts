/** The executor's own side of the seam: what each phase does to slots, what is refused, how a plan is stopped. */
import t from 'tap'
import type { DecodeRow, StepPlan, TextRow, TextSampling, UnmaskRow } from '../../src/engine/executor.js'
import type { OrtExecutor } from '../../src/engine/ort-executor.js'
import { uniforms } from '../../src/common/rng.js'
import { createDebugExecutor, type DebugExecutor, loadDebugModel } from '../support/debug-model.js'
import { debugInput, debugPrompt, debugQuestion } from '../support/debug-works.js'
import { createOrtExecutor } from '../../src/engine/ort-executor.js'

const GREEDY: TextSampling = { temperature: 0, topP: 1, uniform: 0.5, topLogprobs: 3 }

function unmaskRow ({ manifest: { sizes } }: DebugExecutor, changes: Partial<UnmaskRow> = {}): UnmaskRow {
  const draws = (stream: number) => uniforms({ seed: 3n, stream, step: 0, row: 0 }, sizes.image_tokens)
  return {
    codeIds: new Int32Array(sizes.image_tokens).fill(sizes.codebook),
    noiseLevel: 1,
    promptSlot: 0,
    temperature: 1,
    tokenUniforms: draws(0),
    confidenceUniforms: draws(1),
    confidenceTemperature: 1,
    keepMasked: 5,
    ...changes
  }
}

async function readPicture ({ executor, manifest }: DebugExecutor, number: number) {
  const { rows: [encoding] } = await executor.execute({ phase: 'encode', rows: [{ pixels: debugInput(manifest, number).pixels }] })
  if (encoding === undefined) throw new Error('nothing was encoded')
  const { rows: [picture] } = await executor.execute({ phase: 'prefill', kind: 'picture', rows: [encoding] })
  if (picture === undefined) throw new Error('no picture was read')
  return { encoding, prefix: picture.prefix }
}

async function readText (executor: OrtExecutor, row: TextRow) {
  const { rows: [result] } = await executor.execute({ phase: 'prefill', kind: 'text', rows: [row] })
  return result
}

t.test('a picture is read once and loaded into any slot: answers are those of a fresh reading', async (t) => {
  const debug = await createDebugExecutor(t)
  const { executor, manifest } = debug
  const { prefix } = await readPicture(debug, 1)
  const tokenIds = debugQuestion(manifest, 4)
  const ask = async (slot: number, made = prefix) => {
    executor.loadPicture(slot, made)
    return await readText(executor, { slot, pastLength: manifest.sizes.picture_prefix_length, tokenIds, then: { want: 'sample', sampling: GREEDY } })
  }
  const first = await ask(0)
  t.equal(first?.sample?.top.length, 3)
  t.same(await ask(3), first, 'in another slot')
  t.same(await ask(0), first, 'in a slot that held something')
  const again = await readPicture(debug, 1)
  t.same(await ask(5, again.prefix), first, 'read anew')
  const other = await readPicture(debug, 2)
  t.notSame(await ask(5, other.prefix), first, 'another picture')
  t.equal(prefix.bytes, 2 * manifest.sizes.layers * manifest.sizes.width * manifest.sizes.picture_prefix_length * 4)
})

t.test('a text goes on in the slot to which it was moved', async (t) => {
  const debug = await createDebugExecutor(t)
  const { executor, manifest } = debug
  const { prefix } = await readPicture(debug, 1)
  const tokenIds = debugQuestion(manifest, 4)
  const past = manifest.sizes.picture_prefix_length
  for (const slot of [0, 6]) {
    executor.loadPicture(slot, prefix)
    await readText(executor, { slot, pastLength: past, tokenIds, then: { want: 'nothing' } })
  }
  executor.moveSlot(6, 2, past + tokenIds.length)
  const next = (slot: number): DecodeRow => ({ slot, pastLength: past + tokenIds.length, tokenId: 17, sampling: GREEDY })
  const [stayed, moved] = [await executor.execute({ phase: 'decode', rows: [next(0)] }), await executor.execute({ phase: 'decode', rows: [next(2)] })]
  t.same(moved.rows, stayed.rows)
})

t.test('scores are the log-probabilities with which the tokens are drawn', async (t) => {
  const debug = await createDebugExecutor(t)
  const { executor, manifest } = debug
  const { prefix } = await readPicture(debug, 1)
  const tokenIds = debugQuestion(manifest, 3)
  const row = { slot: 0, pastLength: manifest.sizes.picture_prefix_length, tokenIds }
  executor.loadPicture(0, prefix)
  const drawn = await readText(executor, { ...row, then: { want: 'sample', sampling: GREEDY } })
  const targetIds = [5, 6, 7, drawn?.sample?.tokenId ?? 0]
  const scored = await readText(executor, { ...row, then: { want: 'score', targetIds } })
  t.equal(scored?.logprobs?.length, targetIds.length)
  const difference = Math.abs((scored?.logprobs?.at(-1) ?? 0) - (drawn?.sample?.logprob ?? NaN))
  t.ok(difference < 1e-5, `they differ by ${difference}`)
  t.same(scored?.routing, drawn?.routing)
})

t.test('a vocabulary that was restricted for one token is open for the next', async (t) => {
  const debug = await createDebugExecutor(t)
  const { executor, manifest } = debug
  const { prefix } = await readPicture(debug, 1)
  executor.loadPicture(0, prefix)
  const row: TextRow = { slot: 0, pastLength: manifest.sizes.picture_prefix_length, tokenIds: debugQuestion(manifest, 3), then: { want: 'sample', sampling: GREEDY } }
  const free = await readText(executor, row)
  const restricted = await readText(executor, { ...row, then: { want: 'sample', sampling: { ...GREEDY, allowedTokenIds: [40, 41] } } })
  t.ok([40, 41].includes(restricted?.sample?.tokenId ?? 0))
  t.equal(restricted?.sample?.top.length, 2, 'tokens that are not allowed are not among the likeliest')
  t.same(await readText(executor, row), free)
})

t.test('a prompt serves any number of rows, and a guided row is told apart from its own without guidance', async (t) => {
  const debug = await createDebugExecutor(t)
  const { executor, manifest } = debug
  const prompts = [{ promptSlot: 0, tokenIds: debugPrompt(manifest, 5) }, { promptSlot: 1, tokenIds: debugPrompt(manifest, 0) }, { promptSlot: 4, tokenIds: debugPrompt(manifest, 5) }]
  const { rows: [first, , third] } = await executor.execute({ phase: 'prefill', kind: 'prompt', rows: prompts })
  t.same(first, third, 'the same prompt routes the same way in another slot')
  const rows = [unmaskRow(debug), unmaskRow(debug, { guidance: { scale: 4, promptSlot: 1 } }), unmaskRow(debug, { promptSlot: 4 }), unmaskRow(debug, { guidance: { scale: 1, promptSlot: 1 } })]
  const { rows: [plain, guided, elsewhere, guidedByOne] } = await executor.execute({ phase: 'unmask', rows })
  t.same(elsewhere, plain)
  t.notSame(guided?.nextCodeIds, plain?.nextCodeIds)
  t.same(guidedByOne?.nextCodeIds, plain?.nextCodeIds, 'scale 1 is off')
  t.equal(plain?.routing.length, 1)
  t.equal(guided?.routing.length, 2)
  t.equal(plain?.nextCodeIds.filter((id) => id === manifest.sizes.codebook).length, 5, 'so many stay masked')
  t.ok(plain?.proposedCodeIds.every((id) => id < manifest.sizes.codebook))
  const { rows: [{ rgb } = { rgb: new Uint8Array() }] } = await executor.execute({ phase: 'render', rows: [{ codeIds: plain?.proposedCodeIds ?? new Int32Array() }] })
  t.equal(rgb.length, 3 * manifest.sizes.image_size ** 2)
  t.ok(new Set(rgb).size > 10, 'it is a picture of more than one colour')
})

t.test('the face expert gets zeros where no face is found', async (t) => {
  const debug = await createDebugExecutor(t)
  const rows = Array.from({ length: 4 }, (_, number) => ({ pixels: debugInput(debug.manifest, number).pixels }))
  const { rows: encodings } = await debug.executor.execute({ phase: 'encode', rows })
  for (const { face, clip, codeIds, finding } of encodings) {
    t.ok(finding.score >= 0 && finding.score <= 1)
    t.equal(face.some((value) => value !== 0), finding.found)
    t.equal(clip.length, debug.manifest.sizes.clip_width)
    t.ok(codeIds.every((id) => id >= 0 && id < debug.manifest.sizes.codebook))
  }
})

t.test('a plan is stopped before it begins and between its runs, and the executor goes on', async (t) => {
  const debug = await createDebugExecutor(t)
  const { executor, manifest } = debug
  const plan: StepPlan = { phase: 'prefill', kind: 'prompt', rows: Array.from({ length: 8 }, (_, promptSlot) => ({ promptSlot, tokenIds: debugPrompt(manifest, promptSlot) })) }
  await t.rejects(executor.execute(plan, AbortSignal.abort()), { code: 'run_terminated' })
  const stop = new AbortController()
  const running = executor.execute(plan, stop.signal)
  t.throws(() => { executor.moveSlot(0, 1, 1) }, { code: 'runtime_misused' })
  t.throws(() => { executor.dispose() }, { code: 'runtime_misused' })
  await t.rejects(executor.execute(plan), { code: 'runtime_misused' })
  stop.abort()
  await t.rejects(running, { code: 'run_terminated' })
  await t.rejects(executor.execute({ phase: 'unmask', rows: [unmaskRow(debug, { promptSlot: 7 })] }), { code: 'runtime_misused', message: /slot 7 holds no prefix/ })
  const { rows, durationMs } = await executor.execute(plan)
  t.equal(rows.length, 8)
  t.ok(durationMs > 0)
  await t.rejects(executor.execute(plan, AbortSignal.abort()), { code: 'run_terminated' })
  await t.rejects(executor.execute({ phase: 'unmask', rows: [unmaskRow(debug)] }), { code: 'runtime_misused', message: /slot 0 holds no prefix/ }, 'what a stopped run wrote is not read')
})

t.test('a prefix of another executor is refused, and so is what lies outside the slots', async (t) => {
  const { executor } = await createDebugExecutor(t)
  t.throws(() => { executor.loadPicture(0, { bytes: 1 }) }, { code: 'runtime_misused' })
  t.throws(() => { executor.moveSlot(0, 16, 1) }, { code: 'runtime_misused', message: /no decode slot 16/ })
  t.throws(() => { executor.moveSlot(0, 1, 257) }, { code: 'runtime_misused' })
})

t.test('an executor gives everything back, and once', async (t) => {
  const { model, manifest } = await loadDebugModel()
  const executor = await createOrtExecutor({ model, manifest, settings: { promptSlots: 3, decodeSlots: 2, rowLimits: { encode: 1, prefill: 1, decode: 1, unmask: 2, render: 1 } } })
  await executor.execute({ phase: 'prefill', kind: 'prompt', rows: [{ promptSlot: 0, tokenIds: debugPrompt(manifest, 1) }] })
  executor.dispose()
  executor.dispose()
  await t.rejects(executor.execute({ phase: 'prefill', kind: 'prompt', rows: [{ promptSlot: 0, tokenIds: debugPrompt(manifest, 1) }] }), { code: 'runtime_misused' })
})
