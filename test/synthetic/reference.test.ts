/** Our binding over shared weights computes what onnxruntime-node's own `run()` does with the graph as it lies, bit for bit (docs/adr/0002). */
import t from 'tap'
import type { CommonGraph } from '../../src/artifacts/manifest.js'
import { loadManifest, modelFile } from '../../src/artifacts/load-manifest.js'
import { Batch } from '../../src/runtime/batch.js'
import type { TensorSpec } from '../../src/runtime/tensor-spec.js'
import { DEBUG_PRECISIONS, debugFolder, loadDebugModel } from '../support/debug-model.js'
import { hostOf, integerBounds, randomRow } from '../support/graph-rows.js'

const SIZES = { B: 2, R: 2, T: 1, S: 3, Z: 3 }

for (const precision of DEBUG_PRECISIONS) {
  t.test(precision, async (t) => {
    // Ours first: whoever comes first decides about the process' thread pool.
    const { model, manifest } = await loadDebugModel(precision)
    t.teardown(() => { model.dispose() })
    const { InferenceSession, Tensor } = await import('onnxruntime-node')
    const folder = await loadManifest(debugFolder(precision))
    const bounds: Record<string, number> = { ...integerBounds(manifest, SIZES.S), conditional_rows: SIZES.B, unconditional_rows: SIZES.B }
    for (const name of Object.keys(manifest.graphs) as CommonGraph[]) {
      const batch = new Batch(model.sessions[name], { sizes: SIZES })
      for (const spec of model.sessions[name].inputs) fill(batch, spec, bounds[spec.name])
      const reference = await InferenceSession.create(modelFile(folder, manifest.graphs[name].file))
      const feeds = Object.fromEntries(manifest.graphs[name].inputs.map(({ dtype, ...spec }) => [spec.name, new Tensor(dtype, arrayOf(batch, { ...spec, type: dtype }), sizesOf({ ...spec, type: dtype }))]))
      await batch.run()
      const expected = await reference.run(feeds)
      for (const spec of model.sessions[name].outputs) {
        const { data } = expected[spec.name] ?? {}
        if (!ArrayBuffer.isView(data)) throw new Error(`there is no ${spec.name}`)
        t.ok(Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(bytesOf(batch, spec)), `${name}: ${spec.name}`)
      }
      await reference.release()
      batch.dispose()
    }
  })
}

function fill (batch: Batch, spec: TensorSpec, bound: number | undefined): void {
  const host = hostOf(batch, spec)
  // Positions of a text before its last one are there already; the longest decides.
  if (spec.name === 'total_length') host.set([Math.max(...batch.int32s('past_lengths')) + 1])
  else host.set(randomRow(spec.name, 0, host.length, bound))
}

function bytesOf (batch: Batch, spec: TensorSpec): Buffer {
  const host = hostOf(batch, spec)
  const { buffer, byteOffset, byteLength } = 'halves' in host ? host.halves : host
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** A copy of a tensor's numbers as onnxruntime-node takes them. */
function arrayOf (batch: Batch, spec: TensorSpec): Float32Array | BigInt64Array | Int32Array | Uint8Array {
  const host = hostOf(batch, spec)
  return 'halves' in host ? new BigInt64Array(host.halves.slice().buffer) : host.slice()
}

function sizesOf ({ dims }: TensorSpec): number[] {
  const sizes: Record<string, number> = SIZES
  return dims.map((dim) => typeof dim === 'number' ? dim : sizes[dim] ?? 0)
}
