import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readExternalInitializers } from '../../../src/artifacts/onnx-initializers.js'
import { type GraphConstant, writeOnnx } from '../../../src/runtime/onnx-writer.js'
import { DOUBLE } from '../../support/small-graphs.js'

function modelFile (t: Test, model: Uint8Array): string {
  return join(t.testdir({ 'model.onnx': Buffer.from(model) }), 'model.onnx')
}

const constants: GraphConstant[] = [
  { name: 'inside', elementType: 1, dims: [2], bytes: new Uint8Array(8) },
  { name: 'outside', elementType: 2, dims: [300, 2], bytes: { location: 'weights.safetensors', offset: 5_000_000_000, length: 600 } },
  { name: 'scalar', elementType: 7, dims: [], bytes: { location: 'own.data', offset: 0, length: 8 } }
]

t.test('initializers that lie in other files are listed, those inside the graph are not', async (t) => {
  t.same(await readExternalInitializers(modelFile(t, writeOnnx({ ...DOUBLE, constants }))), [
    { name: 'outside', elementType: 2, dims: [300, 2], location: 'weights.safetensors', offset: 5_000_000_000, byteLength: 600 },
    { name: 'scalar', elementType: 7, dims: [], location: 'own.data', offset: 0, byteLength: 8 }
  ])
})

t.test('dims written as a packed list are read like others', async (t) => {
  // onnx.proto's dims are not packed, and a reader must take both.
  const model = writeOnnx({ ...DOUBLE, constants: [{ name: 'w', elementType: 1, dims: [5, 6], bytes: { location: 'f', offset: 0, length: 120 } }] })
  const unpacked = Buffer.from([0x08, 5, 0x08, 6])
  const at = Buffer.from(model).indexOf(unpacked)
  t.ok(at > 0)
  const packed = Buffer.from(model)
  Buffer.from([0x0a, 2, 5, 6]).copy(packed, at)
  t.same((await readExternalInitializers(modelFile(t, packed)))[0]?.dims, [5, 6])
})

t.test('what is no ONNX file, or is cut anywhere in its graph, is refused', async (t) => {
  await t.rejects(readExternalInitializers(modelFile(t, Buffer.from('no model, only words'))), { code: 'model_graph_invalid', message: /it is not an ONNX file/ })
  const model = writeOnnx({ ...DOUBLE, constants })
  for (const length of [5, 20, 60, 100]) {
    await t.rejects(readExternalInitializers(modelFile(t, model.subarray(0, length))), { code: 'model_graph_invalid' }, `cut after ${length} bytes`)
  }
  await t.rejects(readExternalInitializers(modelFile(t, new Uint8Array(20).fill(0xff))), { code: 'model_graph_invalid' }, 'a number without an end')
  await t.rejects(readExternalInitializers(modelFile(t, Uint8Array.from([0x0b, 0]))), { code: 'model_graph_invalid' }, 'a wire type that nobody writes')
})
