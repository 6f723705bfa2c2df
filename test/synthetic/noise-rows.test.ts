import t from 'tap'
import { NoiseRows } from '../../src/engine/ort/noise-rows.js'
import { Batch } from '../../src/runtime/batch.js'
import { tensorBytes } from '../../src/runtime/element-types.js'
import { HostBlock, type Memory } from '../../src/runtime/memory.js'
import { loadDebugModel } from '../support/debug-model.js'

/** Memory that the test can look into. */
class VisibleMemory implements Memory {
  block = new HostBlock(0)

  allocate (byteLength: number): HostBlock {
    this.block = new HostBlock(byteLength)
    return this.block
  }

  slot (slot: number, bytes: number): Buffer {
    return Buffer.from(this.block.part(slot * bytes, bytes))
  }
}

t.test('a level is run once, and its slot goes to another when it was unused for longest', async (t) => {
  const { model: { sessions, dispose } } = await loadDebugModel()
  t.teardown(dispose)
  const memory = new VisibleMemory()
  const noise = new NoiseRows({ session: sessions.noise, slots: 2, memory })
  t.teardown(() => { noise.dispose() })
  const expected = new Batch(sessions.noise, { sizes: { B: 1 } })
  t.teardown(() => { expected.dispose() })
  let runs = 0
  const run = async (batch: Batch): Promise<void> => {
    runs++
    await batch.run()
  }
  /** Asks for levels, and compares what lies in their slots with the graph's own answer. */
  const ask = async (levels: readonly number[], runsWanted: number): Promise<number[]> => {
    runs = 0
    const slots = await noise.slotsOf(levels, run)
    t.equal(runs, runsWanted, `${runsWanted} runs for levels ${levels.join(' ')}`)
    for (const [index, level] of levels.entries()) {
      expected.floats('noise_levels')[0] = level
      await expected.run()
      const rows = expected.floats('noise_rows')
      const bytes = tensorBytes('float32', [rows.length])
      t.ok(memory.slot(slots[index] ?? NaN, bytes).equals(Buffer.from(rows.buffer, rows.byteOffset, bytes)), `level ${level}`)
    }
    return slots
  }
  const [first, half] = await ask([1, 0.5], 2)
  t.same(await ask([0.5, 1, 1], 0), [half, first, first])
  t.same(await ask([0.5], 0), [half])
  t.same(await ask([0.5, 0.25], 1), [half, first], 'level 1 was unused for longest')
  t.same(await ask([1], 1), [half], 'and now level 0.5 was')
  await t.rejects(noise.slotsOf([1, 0.5, 0.25], run), { code: 'runtime_misused', message: /3 noise levels and there are 2 slots/ })
})

t.test('a level whose run was stopped is run again', async (t) => {
  const { model: { sessions, dispose } } = await loadDebugModel()
  t.teardown(dispose)
  const noise = new NoiseRows({ session: sessions.noise, slots: 1, memory: new VisibleMemory() })
  t.teardown(() => { noise.dispose() })
  let runs = 0
  await t.rejects(noise.slotsOf([1], async () => { throw new Error('stopped') }), /stopped/)
  await noise.slotsOf([1], async (batch) => {
    runs++
    await batch.run()
  })
  t.equal(runs, 1)
})
