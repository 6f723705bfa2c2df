/**
 * A row of a batch comes to the same bits alone and in any company, in every graph that takes more than one row (docs/adr/0004).
 */
import t, { type Test } from 'tap'
import type { CommonGraph } from '../../src/artifacts/manifest.js'
import { DEBUG_PRECISIONS, loadDebugModel } from '../support/debug-model.js'
import { Batch } from '../../src/runtime/batch.js'
import type { Session } from '../../src/runtime/session.js'
import { digestRow, integerBounds, randomRow, RandomSlots, type RowsOptions, runRows } from '../support/graph-rows.js'

const SLOTS = 5
const MOST_ROWS = 8
const ROWS = Array.from({ length: MOST_ROWS }, (_, row) => row)
/** Graphs whose rows are all that varies; the others have a test each. */
const PLAIN: CommonGraph[] = ['prompt', 'noise', 'picture', 'sample_text', 'pick_text', 'picture_encoder', 'picture_decoder', 'clip', 'face']

type Run = (rows: readonly number[]) => Promise<unknown[]>

/** Compares rows in batches of 2 to 8, in another order and beside themselves, with the same rows alone. */
async function expectInvariance (t: Test, run: Run): Promise<void> {
  const alone = await Promise.all(ROWS.map(async (row) => (await run([row]))[0]))
  t.notSame(alone[0], alone[1], 'rows differ at all')
  const longer = ROWS.slice(1).map((last) => ROWS.slice(0, last + 1))
  for (const rows of [...longer, ROWS.toReversed(), [3, 3, 0]]) t.same(await run(rows), rows.map((row) => alone[row]), `rows ${rows.join(' ')}`)
}

/** One more token in each of some slots whose texts have different lengths: what comes out, and what lies in the slots afterwards. */
async function decode (session: Session, bounds: RowsOptions['bounds'], rows: readonly number[]): Promise<unknown[]> {
  const slots = new RandomSlots(session, rows)
  const batch = new Batch(session, { sizes: { B: rows.length, T: 1 }, inputs: slots.values, outputs: slots.presents })
  rows.forEach((row, index) => {
    batch.int64s('token_ids').set(randomRow('token_ids', row, 1, bounds.token_ids), index)
    batch.int32s('past_lengths').set(randomRow('past_lengths', row, 1, bounds.past_lengths), index)
  })
  batch.int32s('total_length')[0] = Math.max(...batch.int32s('past_lengths')) + 1
  await batch.run()
  const results = rows.map((_, index) => [digestRow(batch.floats('logits'), index, rows.length), digestRow(batch.int64s('token_experts'), index, rows.length), slots.read(index, rows.length)])
  batch.dispose()
  slots.dispose()
  return results
}

/** Codes drawn for some pictures, every second one guided, from logits of two model rows each. */
async function drawCodes (session: Session, bounds: RowsOptions['bounds'], rows: readonly number[]): Promise<unknown[]> {
  const batch = new Batch(session, { sizes: { B: 2 * rows.length, R: rows.length } })
  const logits = batch.floats('logits')
  const width = logits.length / 2 / rows.length
  const positions = batch.int64s('code_ids').length / rows.length
  rows.forEach((row, index) => {
    logits.set(randomRow('conditional', row, width, undefined), index * width)
    logits.set(randomRow('unconditional', row, width, undefined), (rows.length + index) * width)
    batch.int64s('conditional_rows').set([index], index)
    batch.int64s('unconditional_rows').set([row % 2 === 0 ? index : rows.length + index], index)
    batch.floats('guidance_scales')[index] = row % 2 === 0 ? 1 : row
    batch.int64s('keep_masked').set([row], index)
    batch.int64s('code_ids').set(randomRow('code_ids', row, positions, bounds.code_ids), index * positions)
    for (const name of ['token_uniforms', 'confidence_uniforms']) batch.floats(name).set(randomRow(name, row, positions, undefined), index * positions)
    for (const name of ['temperatures', 'confidence_temperatures']) batch.floats(name).set(randomRow(name, row, 1, undefined), index)
  })
  await batch.run()
  const results = rows.map((_, index) => ['next_code_ids', 'proposed_code_ids'].map((name) => digestRow(batch.int64s(name), index, rows.length)))
  batch.dispose()
  return results
}

for (const precision of DEBUG_PRECISIONS) {
  t.test(`graphs of ${precision}`, async (t) => {
    const { model: { sessions, dispose }, manifest } = await loadDebugModel(precision)
    t.teardown(dispose)
    const bounds = integerBounds(manifest, SLOTS)
    const maskedToo = { ...bounds, code_ids: manifest.sizes.codebook + 1 }
    for (const name of PLAIN) {
      await t.test(name, async (t) => { await expectInvariance(t, (rows) => runRows({ session: sessions[name], bounds, rows })) })
    }
    await t.test('unmask', async (t) => {
      const slots = new RandomSlots(sessions.unmask, Array.from({ length: SLOTS }, (_, slot) => slot))
      await expectInvariance(t, (rows) => runRows({ session: sessions.unmask, bounds: maskedToo, rows, given: { inputs: slots.values } }))
    })
    await t.test('sample_image', async (t) => { await expectInvariance(t, (rows) => drawCodes(sessions.sample_image, maskedToo, rows)) })
    await t.test('language, decoding', async (t) => { await expectInvariance(t, (rows) => decode(sessions.language, bounds, rows)) })
  })
}
