/** A picture's embeddings change its prefix exactly where the expert that reads them was chosen. */
import t from 'tap'
import { uniforms } from '../../src/common/rng.js'
import type { PictureRow } from '../../src/engine/executor.js'
import { HostPicturePrefix } from '../../src/engine/ort/pictures.js'
import { createDebugExecutor } from '../support/debug-model.js'

/** Sequence-level experts of understanding, in the order of the graphs (docs/adr/0007): copy, copy, clip, face. */
const EXPERTS = { clip: 2, face: 3 } as const
const PICTURES = 24

t.test('embeddings of a picture and of its face reach the experts that read them, and nothing else', async (t) => {
  const { executor, manifest: { sizes } } = await createDebugExecutor(t)
  /** Values of the second layer, on which the first one's experts have worked, and those experts. */
  const read = async (row: PictureRow): Promise<{ values: Buffer, chosen: Int32Array | undefined }> => {
    const { rows: [result] } = await executor.execute({ phase: 'prefill', kind: 'picture', rows: [row] })
    if (!(result?.prefix instanceof HostPicturePrefix)) throw new Error('no picture was read')
    return { values: Buffer.from(result.prefix.part('value_1')), chosen: result.routing.sequenceExperts?.slice(0, sizes.sequence_experts) }
  }
  const seen = { clip: new Set<boolean>(), face: new Set<boolean>() }
  for (let picture = 0; picture < PICTURES; picture++) {
    const draws = (stream: number, count: number) => uniforms({ seed: 5n, stream, step: picture, row: 0 }, count)
    const row: PictureRow = {
      codeIds: Int32Array.from(draws(0, sizes.image_tokens), (draw) => Math.floor(draw * sizes.codebook)),
      clip: draws(1, sizes.clip_width),
      face: draws(2, sizes.face_width)
    }
    const { values, chosen } = await read(row)
    for (const kind of ['clip', 'face'] as const) {
      const isChosen = chosen?.[EXPERTS[kind]] === 1
      const other = await read({ ...row, [kind]: row[kind].map((value) => -value) })
      t.equal(!other.values.equals(values), isChosen, `picture ${picture}: ${kind} ${isChosen ? 'is read' : 'is not read'}`)
      seen[kind].add(isChosen)
    }
  }
  t.ok(seen.clip.has(true) && seen.face.has(true) && seen.face.has(false), 'both experts were read, and one was not')
})
