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
/** What allocators and collectors may hold on to. One leaked value of 16 KiB a round would be six times as much; the queue of the library's telemetry was more, too. */
const ALLOWED_BYTES = 16 * 1024 * 1024
const ROWS = 1024

/** How much more memory the process has after many rounds than after as many before. */
async function growth (round: () => Promise<void>): Promise<number> {
  for (let index = 0; index < ROUNDS; index++) await round()
  collectGarbage()
  const before = process.memoryUsage.rss()
  for (let index = 0; index < ROUNDS; index++) await round()
  collectGarbage()
  return process.memoryUsage.rss() - before
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
  t.equal(stops, 2 * ROUNDS)
  t.ok(bytes < ALLOWED_BYTES, `${bytes} bytes more`)
  for (const handle of [batch, session, options]) handle.dispose()
})
