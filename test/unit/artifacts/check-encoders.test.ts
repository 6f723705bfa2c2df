/** What a manifest says of its encoders fits together, or it is refused with the reason. */
import t from 'tap'
import { encoderContradictions } from '../../../src/artifacts/check-encoders.js'
import type { Manifest } from '../../../src/artifacts/manifest.js'
import { publishedFile } from '../../support/published-model.js'
import { TOY_MANIFEST } from '../../support/toy-manifest.js'

const read = (): Manifest => JSON.parse(publishedFile('manifest.json').toString()) as Manifest

t.test('what training exports has no contradictions, of either format', async (t) => {
  t.strictSame(encoderContradictions(TOY_MANIFEST), [])
  t.strictSame(encoderContradictions(read()), [])
  t.equal(read().format_version, 3)
})

const broken: [name: string, change: (manifest: Manifest) => void, problem: RegExp][] = [
  ['format 2 knows no detector', (manifest) => { manifest.format_version = 2 }, /of format 2 and names what came with format 3/],
  ['a detector without its graph', (manifest) => { delete manifest.graphs.face_detector }, /needs face_detector in graphs, parameters and preprocessing/],
  ['a detector that nobody uses', (manifest) => { manifest.preprocessing.face = { ...TOY_MANIFEST.preprocessing.face } }, /nothing else has a use for it/],
  ['another size of aligned faces', (manifest) => { manifest.preprocessing.face.size = 128 }, /128, and faces are aligned to 112/],
  ['a stride that does not fit', (manifest) => { if (manifest.preprocessing.face_detector !== undefined) manifest.preprocessing.face_detector.strides = [7] }, /no multiple of the stride 7/],
  ['another number of candidates', (manifest) => { if (manifest.preprocessing.face_detector !== undefined) manifest.preprocessing.face_detector.anchors = 1 }, /graphs.face_detector.outputs are not scores_8 \[6400, 1\]/],
  ['an embedding of another width', (manifest) => { manifest.sizes.face_width = 512 }, /graphs.face.outputs are not embedding \[1, 512\]/],
  ['CLIP of another size', (manifest) => { manifest.preprocessing.clip.size = 224 }, /graphs.clip.inputs are not pixels \[1, 3, 224, 224\]/]
]

for (const [name, change, problem] of broken) {
  t.test(name, async (t) => {
    const manifest = read()
    change(manifest)
    t.ok(encoderContradictions(manifest).some((found) => problem.test(found)), encoderContradictions(manifest).join('; '))
  })
}
