import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readSafetensorsHeader } from '../../../src/artifacts/safetensors.js'
import { Batch } from '../../../src/runtime/batch.js'
import { readWeights } from '../../../src/runtime/read-weights.js'
import { Session } from '../../../src/runtime/session.js'
import { SharedWeights } from '../../../src/runtime/shared-weights.js'
import { environment, modelOf, weightGraph } from '../../support/small-graphs.js'

/** 36 MiB: of what is larger than 32 MiB glibc keeps nothing that was freed, so that the process' memory can be read as its use. */
const WIDTH = 3072
const BYTES = 4 * WIDTH * WIDTH
const SESSIONS = 4

/** A weights file with one matrix `w`, whose numbers are their columns, and a graph that multiplies by it. */
function folderOf (t: Test): { weights: string, graph: string } {
  const header = Buffer.from(JSON.stringify({ w: { dtype: 'F32', shape: [WIDTH, WIDTH], data_offsets: [0, BYTES] } }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const matrix = Float32Array.from({ length: WIDTH * WIDTH }, (_, index) => index % WIDTH)
  const place = { location: 'weights.safetensors', offset: 8 + header.length }
  const folder = t.testdir({
    'weights.safetensors': Buffer.concat([length, header, Buffer.from(matrix.buffer)]),
    'graph.onnx': Buffer.from(modelOf(weightGraph(WIDTH, place)))
  })
  return { weights: join(folder, 'weights.safetensors'), graph: join(folder, 'graph.onnx') }
}

t.test('weights are in memory once, and once more as ONNX Runtime packs them, however many sessions use them', async (t) => {
  const files = folderOf(t)
  const entries = [...(await readSafetensorsHeader(files.weights)).values()]
  const shared = new SharedWeights(await readWeights(files.weights, entries))
  const load = (): Promise<Session> => Session.load(environment, files.graph, { weights: { shared, names: ['w'] } })
  const sessions = [await load()]
  const before = process.memoryUsage.rss()
  while (sessions.length < SESSIONS) sessions.push(await load())
  const growth = process.memoryUsage.rss() - before
  t.ok(growth < BYTES, `${SESSIONS - 1} more sessions took ${growth} bytes; the weights are ${BYTES}`)
  for (const session of sessions) {
    const batch = new Batch(session)
    batch.floats('x').fill(1)
    await batch.run()
    t.same([...batch.floats('y').slice(0, 3)], [0, WIDTH, 2 * WIDTH])
    batch.dispose()
  }
  t.throws(() => { shared.dispose() }, { code: 'runtime_misused' })
  for (const session of sessions) session.dispose()
  shared.dispose()
  shared.dispose()
})

t.test('a weight that is not there, or a file that ends early, is refused', async (t) => {
  const files = folderOf(t)
  const entries = [...(await readSafetensorsHeader(files.weights)).values()]
  const beyond = entries.map((entry) => ({ ...entry, offset: entry.offset + 1 }))
  await t.rejects(readWeights(files.weights, beyond), { code: 'model_weights_invalid', message: /it ends within the tensor w/ })
  const shared = new SharedWeights(new Map())
  await t.rejects(Session.load(environment, files.graph, { weights: { shared, names: ['w'] } }), { code: 'runtime_misused', message: /no shared weight w/ })
  shared.dispose()
})
