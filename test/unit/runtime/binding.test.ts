import t, { type Test } from 'tap'
import { Binding } from '../../../src/runtime/binding.js'
import { Session } from '../../../src/runtime/session.js'
import { Value } from '../../../src/runtime/value.js'
import { DOUBLE, environment, modelOf, SUM } from '../../support/small-graphs.js'

const ROW = [1, 2, 3, 4]

async function load (t: Test, graph = DOUBLE): Promise<Session> {
  const session = await Session.load(environment, modelOf(graph))
  t.teardown(() => { session.dispose() })
  return session
}

function bind (t: Test, session: Session): Binding {
  const binding = new Binding(session)
  // Tests tear down in the reverse order: the binding before its session.
  t.teardown(() => { binding.dispose() })
  return binding
}

const floats = (values: readonly number[], dims = [1, values.length]): Value => new Value('float32', dims, Float32Array.from(values))

t.test('a session knows its inputs and outputs with the names of their dimensions', async (t) => {
  const { inputs, outputs } = await load(t)
  t.same(inputs, [{ name: 'x', type: 'float32', dims: ['B', 4] }])
  t.same(outputs, [{ name: 'y', type: 'float32', dims: ['B', 4] }])
})

t.test('a run reads and writes the memory of its tensors', async (t) => {
  const [input, output] = [Float32Array.from(ROW), new Float32Array(4)]
  const binding = bind(t, await load(t)).input('x', new Value('float32', [1, 4], input)).output('y', new Value('float32', [1, 4], output))
  await binding.run()
  t.same([...output], [2, 4, 6, 8])
  input.fill(5)
  binding.runSync()
  t.same([...output], [10, 10, 10, 10])
})

t.test('a value may be input and output at once', async (t) => {
  const memory = Float32Array.from(ROW)
  const value = new Value('float32', [1, 4], memory)
  const binding = bind(t, await load(t)).input('x', value).output('y', value)
  await binding.run()
  await binding.run()
  t.same([...memory], [4, 8, 12, 16])
})

t.test('a value is bound in the place of another', async (t) => {
  const output = new Float32Array(4)
  const binding = bind(t, await load(t)).input('x', floats(ROW)).output('y', new Value('float32', [1, 4], output))
  await binding.run()
  binding.input('x', floats([10, 20, 30, 40]))
  await binding.run()
  t.same([...output], [20, 40, 60, 80])
})

t.test('what does not fit the graph is refused with the reason', async (t) => {
  const binding = bind(t, await load(t))
  const refusals: [() => unknown, RegExp][] = [
    [() => binding.input('z', floats(ROW)), /no input z; it has x/],
    [() => binding.output('x', floats(ROW)), /no output x; it has y/],
    [() => binding.input('x', floats([1, 2, 3])), /x is float32\[B, 4\] and was given float32\[1, 3\]/],
    [() => binding.input('x', floats(ROW, [4])), /given float32\[4\]/],
    [() => binding.input('x', floats(ROW, [1, 1, 4])), /given float32\[1, 1, 4\]/],
    [() => binding.input('x', new Value('int32', [1, 4], Int32Array.from(ROW))), /given int32\[1, 4\]/]
  ]
  for (const [attempt, message] of refusals) t.throws(attempt, { code: 'runtime_misused', message })
})

t.test('a run with something unbound, or with tensors that disagree, is refused', async (t) => {
  const binding = bind(t, await load(t, SUM)).input('x', floats(ROW))
  await t.rejects(binding.run(), { code: 'runtime_misused', message: /nothing is bound to y, z/ })
  binding.input('y', floats(ROW)).output('z', floats([...ROW, ...ROW], [2, 4]))
  await t.rejects(binding.run(), { code: 'runtime_misused', message: /B is 1 in x and 2 in z/ })
  t.throws(() => { binding.runSync() }, { code: 'runtime_misused' })
})

t.test('a tensor needs memory of its size', (t) => {
  t.throws(() => floats([1, 2, 3], [1, 4]), { code: 'runtime_misused', message: /float32\[1, 4\] needs 16 bytes and was given 12/ })
  t.end()
})

t.test('nothing is changed or released under a run, and nothing is used after its release', async (t) => {
  const session = await Session.load(environment, modelOf(DOUBLE))
  const [input, output] = [floats(ROW), floats(ROW)]
  const binding = new Binding(session).input('x', input).output('y', output)
  const run = binding.run()
  t.throws(() => binding.input('x', output), { code: 'runtime_misused', message: /while it is running/ })
  t.throws(() => { binding.dispose() }, { code: 'runtime_misused' })
  await t.rejects(binding.run(), { code: 'runtime_misused' })
  await run
  t.throws(() => { session.dispose() }, { code: 'runtime_misused', message: /Session is released while 1 others need it/ })
  for (const handle of [binding, session, input, output]) {
    handle.dispose()
    handle.dispose()
    t.throws(() => handle.pointer, { code: 'runtime_misused', message: /after its release/ })
  }
})

t.test('a model that is none is refused', async (t) => {
  await t.rejects(Session.load(environment, new Uint8Array([1, 2, 3])), { code: 'runtime_failed' })
  await t.rejects(Session.load(environment, '/nowhere/model.onnx'), { code: 'runtime_failed' })
  await t.rejects(Session.load(environment, modelOf({ ...DOUBLE, nodes: [{ operator: 'NoSuchOperator', inputs: ['x'], outputs: ['y'] }] })), { code: 'runtime_failed' })
  const double = { name: 'x', elementType: 11, dims: [1] }
  const ofDoubles = modelOf({ inputs: [double], outputs: [{ ...double, name: 'y' }], nodes: [{ operator: 'Identity', inputs: ['x'], outputs: ['y'] }] })
  await t.rejects(Session.load(environment, ofDoubles), { code: 'runtime_misused', message: /element type 11/ })
})
