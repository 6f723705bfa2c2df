import t from 'tap'
import { uniforms } from '../../../src/common/rng.js'
import { type Block, hostMemory, SessionMemory } from '../../../src/runtime/memory.js'
import { Session } from '../../../src/runtime/session.js'
import { GraphSlotCopier, HostSlotCopier, slotBytes, type SlotCopier, type SlotShape } from '../../../src/runtime/slot-copier.js'
import { MemoryInfo, Value } from '../../../src/runtime/value.js'
import { DOUBLE, environment, modelOf } from '../../support/small-graphs.js'

/** Positions of 12 bytes: three floats, or six halves. */
const SHAPE: SlotShape = { heads: 3, prefixPositions: 4, slotPositions: 7, positionBytes: 12 }
const SLOTS = 3

function randomBytes (length: number, seed: bigint): Uint8Array {
  return Uint8Array.from(uniforms({ seed, stream: 0, step: 0, row: 0 }, length), (value) => Math.floor(256 * value))
}

/** The first positions of a slot, head by head. */
function positionsOf (block: Block, slot: number, positions: number): number[][] {
  const bytes = block.part(slot * slotBytes(SHAPE), slotBytes(SHAPE)) as Uint8Array
  const head = SHAPE.slotPositions * SHAPE.positionBytes
  return Array.from({ length: SHAPE.heads }, (_, index) => [...bytes.subarray(index * head, index * head + positions * SHAPE.positionBytes)])
}

const COPIERS: Record<string, () => Promise<SlotCopier>> = {
  'in this process': async () => new HostSlotCopier(SHAPE),
  'by graphs': async () => await GraphSlotCopier.create(environment, 'cpu', SHAPE)
}

for (const [name, create] of Object.entries(COPIERS)) {
  t.test(`slots are copied ${name}: bits stay as they are, other slots too`, async (t) => {
    const copier = await create()
    const block = hostMemory.allocate(SLOTS * slotBytes(SHAPE))
    const all = block.part(0, block.byteLength) as Uint8Array
    all.set(randomBytes(all.length, 1n))
    const [first, second] = [positionsOf(block, 0, SHAPE.slotPositions), positionsOf(block, 1, SHAPE.slotPositions)]
    const prefix = randomBytes(SHAPE.heads * SHAPE.prefixPositions * SHAPE.positionBytes, 2n)
    copier.load(prefix, { block, slot: 2 })
    const loaded = positionsOf(block, 2, SHAPE.prefixPositions)
    t.same(loaded.flat(), [...prefix])
    copier.move({ block, slot: 1 }, 0, 5)
    t.same(positionsOf(block, 0, 5), second.map((head) => head.slice(0, 5 * SHAPE.positionBytes)))
    t.same(positionsOf(block, 1, SHAPE.slotPositions), second)
    t.same(positionsOf(block, 2, SHAPE.prefixPositions), loaded)
    t.notSame(first, second)
    copier.dispose()
  })
}

t.test('memory of a session is allocated, divided, lived on and given back', async (t) => {
  const session = await Session.load(environment, modelOf(DOUBLE))
  const info = new MemoryInfo('cpu')
  const memory = new SessionMemory(session, info)
  const block = memory.allocate(64)
  t.throws(() => block.part(60, 8), { code: 'runtime_misused', message: /bytes 60 to 68 are asked of a block of 64/ })
  const value = new Value('float32', [1, 4], block.part(16, 16))
  for (const handle of [memory, info, session]) t.throws(() => { handle.dispose() }, { code: 'runtime_misused' })
  for (const handle of [value, memory, info, session]) handle.dispose()
})

t.test('memory that cannot be had has a code', (t) => {
  t.throws(() => hostMemory.allocate(2 ** 52), { code: 'engine_out_of_memory', status: 503 })
  t.end()
})
