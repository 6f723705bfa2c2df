import t from 'tap'
import { Batch } from '../../../src/runtime/batch.js'
import { Session } from '../../../src/runtime/session.js'
import { Value } from '../../../src/runtime/value.js'
import { Int64s } from '../../../src/runtime/int64s.js'
import { DOUBLE, environment, modelOf, SUM } from '../../support/small-graphs.js'

t.test('a batch has memory for the tensors of its sizes', async (t) => {
  const session = await Session.load(environment, modelOf(DOUBLE))
  const batch = new Batch(session, { sizes: { B: 2 } })
  batch.floats('x').set([1, 2, 3, 4, 5, 6, 7, 8])
  await batch.run()
  t.same([...batch.floats('y')], [2, 4, 6, 8, 10, 12, 14, 16])
  batch.dispose()
  session.dispose()
})

t.test('tensors may lie in the outputs of another batch', async (t) => {
  const [double, sum] = [await Session.load(environment, modelOf(DOUBLE)), await Session.load(environment, modelOf(SUM))]
  const first = new Batch(double, { sizes: { B: 1 } })
  const second = new Batch(sum, { sizes: { B: 1 }, inputs: new Map([['y', first.value('y')]]) })
  first.floats('x').fill(1)
  second.floats('x').fill(10)
  await first.run()
  await second.run()
  t.same([...second.floats('z')], [12, 12, 12, 12])
  for (const handle of [second, first, sum, double]) handle.dispose()
})

t.test('each type of tensor is read and written through a view of its own', async (t) => {
  const types = [['float32', 1], ['int64', 7], ['int32', 6], ['uint8', 2], ['bool', 9]] as const
  const side = (prefix: string) => types.map(([name, elementType]) => ({ name: `${prefix}${name}`, elementType, dims: [2] }))
  const nodes = types.map(([name]) => ({ operator: 'Identity', inputs: [`in_${name}`], outputs: [`out_${name}`] }))
  const session = await Session.load(environment, modelOf({ inputs: side('in_'), outputs: side('out_'), nodes }))
  const batch = new Batch(session)
  batch.floats('in_float32').set([0.5, -1])
  batch.int64s('in_int64').set([7, 2 ** 31 - 1])
  batch.int32s('in_int32').set([-3, 4])
  batch.bytes('in_uint8').set([200, 1])
  batch.bytes('in_bool').set([0, 1])
  await batch.run()
  t.same([...batch.floats('out_float32')], [0.5, -1])
  t.same([...batch.int64s('out_int64').read(0, 2)], [7, 2 ** 31 - 1])
  t.same([...batch.int32s('out_int32')], [-3, 4])
  t.same([...batch.bytes('out_uint8'), ...batch.bytes('out_bool')], [200, 1, 0, 1])
  t.throws(() => batch.floats('in_int64'), { code: 'runtime_misused', message: /in_int64 is no Float32Array/ })
  batch.dispose()
  session.dispose()
})

t.test('a batch of unknown sizes, names or tensors is refused', async (t) => {
  const session = await Session.load(environment, modelOf(DOUBLE))
  const value = new Value('float32', [1, 4], new Float32Array(4))
  t.throws(() => new Batch(session), { code: 'runtime_misused', message: /size of B in x is not given/ })
  t.throws(() => new Batch(session, { sizes: { B: 1 }, inputs: new Map([['past', value]]) }), { code: 'runtime_misused', message: /no past/ })
  const batch = new Batch(session, { sizes: { B: 1 }, inputs: new Map([['x', value]]) })
  t.throws(() => batch.floats('x'), { code: 'runtime_misused', message: /no tensor x of its own/ })
  batch.dispose()
})

t.test('int64 numbers are written and read in stretches', (t) => {
  const numbers = new Int64s(5)
  numbers.set([3, 4], 1)
  numbers.fill(9, 3, 5)
  t.same([...numbers.read(0, 5)], [0, 3, 4, 9, 9])
  t.same([...new BigInt64Array(numbers.halves.buffer)], [0n, 3n, 4n, 9n, 9n])
  t.equal(numbers.length, 5)
  t.end()
})
