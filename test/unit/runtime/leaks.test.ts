import t from 'tap'
import { isCodedError } from '../../../src/common/errors.js'
import { Batch } from '../../../src/runtime/batch.js'
import { Binding } from '../../../src/runtime/binding.js'
import { RunOptions } from '../../../src/runtime/run-options.js'
import { Session } from '../../../src/runtime/session.js'
import { Value } from '../../../src/runtime/value.js'
import { collectGarbage } from '../../support/collect-garbage.js'
import { DOUBLE, environment, modelOf } from '../../support/small-graphs.js'

const ROUNDS = 6000
const TIMES = 4
/** What allocators and collectors may hold on to. One leaked value of 16 KiB a round would be four times as much. */
const ALLOWED_BYTES = 16 * 1024 * 1024
const ROWS = 1024

/**
 * How much more memory the process has after many rounds than after as many before: the middle of three times, after a first one.
 * A leak is there every time; a heap that is enlarged or given back between two looks is there once.
 */
async function growth (round: () => Promise<void>): Promise<number> {
  const rss: number[] = []
  for (let time = 0; time < TIMES; time++) {
    for (let index = 0; index < ROUNDS; index++) await round()
    collectGarbage()
    rss.push(process.memoryUsage.rss())
  }
  const growths = rss.slice(1).map((bytes, index) => bytes - (rss[index] ?? NaN)).toSorted((a, b) => a - b)
  return growths[1] ?? NaN
}

t.test('thousands of runs leave nothing behind', async (t) => {
  const session = await Session.load(environment, modelOf(DOUBLE))
  const batch = new Batch(session, { sizes: { B: ROWS } })
  const options = new RunOptions()
  const bytes = await growth(() => batch.run(options))
  t.ok(bytes < ALLOWED_BYTES, `${bytes} bytes more`)
  for (const handle of [batch, session, options]) handle.dispose()
})

t.test('thousands of tensors and bindings leave nothing behind', async (t) => {
  const session = await Session.load(environment, modelOf(DOUBLE))
  const [input, output] = [new Float32Array(4 * ROWS), new Float32Array(4 * ROWS)]
  const bytes = await growth(async () => {
    const values = [new Value('float32', [ROWS, 4], input), new Value('float32', [ROWS, 4], output)] as const
    const binding = new Binding(session).input('x', values[0]).output('y', values[1])
    binding.runSync()
    for (const handle of [binding, ...values]) handle.dispose()
  })
  t.ok(bytes < ALLOWED_BYTES, `${bytes} bytes more`)
  session.dispose()
})

t.test('thousands of stopped runs leave nothing behind', async (t) => {
  const session = await Session.load(environment, modelOf(DOUBLE))
  const batch = new Batch(session, { sizes: { B: ROWS } })
  const options = new RunOptions()
  options.terminate()
  let stops = 0
  const bytes = await growth(async () => {
    await batch.run(options).catch((error: unknown) => { if (isCodedError(error, 'run_terminated')) stops++ })
  })
  t.equal(stops, TIMES * ROUNDS)
  t.ok(bytes < ALLOWED_BYTES, `${bytes} bytes more`)
  for (const handle of [batch, session, options]) handle.dispose()
})
