/** Detection and alignment are InsightFace's, OpenCV's and scikit-image's: golden values are theirs (`training/scripts/make_face_golden.py`). */
import t from 'tap'
import { candidatesOf } from '../../../src/artifacts/check-encoders.js'
import { alignFace, TEMPLATE } from '../../../src/faces/align-face.js'
import { chooseFace, type DetectorReading, findFaces } from '../../../src/faces/find-faces.js'
import { letterbox, letterboxScale } from '../../../src/faces/letterbox.js'
import { resizeLinear } from '../../../src/faces/resize-linear.js'
import { similarity } from '../../../src/faces/similarity.js'
import { formulaPicture, summaryOf } from '../../support/formula-picture.js'
import { goldenFaces } from '../../support/golden-faces.js'

const golden = goldenFaces()
const SMALL: DetectorReading = { size: 64, strides: [8, 16, 32], anchors: 2, scoreThreshold: 0.5, overlapThreshold: 0.4 }

t.test('a letterbox has the bytes of cv2.resize in its upper left, and black around', async (t) => {
  for (const { height, width, to: [rows, columns], ...expected } of golden.linear) {
    const picture = formulaPicture(height, width)
    const resized = resizeLinear(picture, columns, rows)
    t.strictSame(summaryOf(resized.rgb), expected, `${width} × ${height}`)
    const { square, scale } = letterbox(picture, 640)
    t.equal(scale, rows / height)
    t.equal(scale, letterboxScale(picture, 640))
    t.ok(Buffer.from(square.subarray(0, 3 * columns)).equals(resized.rgb.subarray(0, 3 * columns)))
    t.notOk(square.subarray(3 * 640 * rows).some((byte) => byte !== 0), 'below is black')
    if (columns < 640) t.equal(square[3 * columns], 0, 'beside is black')
  }
})

t.test('faces, their order and the choice among them are InsightFace\'s', async (t) => {
  for (const { height, width, outputs, boxes, scores, points, chosen } of golden.detections) {
    const byStride = SMALL.strides.map((_, index) => ({ scores: Float32Array.from(outputs[index] ?? []), boxes: Float32Array.from(outputs[index + 3] ?? []), points: Float32Array.from(outputs[index + 6] ?? []) }))
    t.strictSame(byStride.map(({ scores: each }) => each.length), SMALL.strides.map((stride) => candidatesOf(SMALL, stride)))
    const { faces, bestScore } = findFaces(byStride, letterboxScale({ height, width }, SMALL.size), SMALL)
    t.strictSame(faces.map(({ score }) => score), scores)
    t.strictSame(faces.map(({ box }) => box), boxes)
    t.strictSame(faces.map((face) => face.points), points.map((each) => each.flat()))
    t.equal(bestScore, Math.max(...byStride.flatMap((each) => [...each.scores])))
    const face = chooseFace(faces, { height, width })
    t.equal(face === undefined ? null : faces.indexOf(face), chosen)
  }
  t.ok(golden.detections.some(({ chosen }) => chosen !== 0 && chosen !== null), 'the choice is not always the surest')
  t.ok(golden.detections.some(({ chosen }) => chosen === null), 'one picture has no face')
})

t.test('the map to the template is Umeyama\'s, and the pixels are cv2.warpAffine\'s', async (t) => {
  for (const { height, width, points, matrix, ...expected } of golden.alignments) {
    const found = similarity(points.flat(), TEMPLATE) ?? []
    const flat = [...matrix[0] ?? [], ...matrix[1] ?? []]
    const size = Math.max(...flat.map(Math.abs))
    t.ok(found.length === 6 && found.every((value, index) => Math.abs(value - (flat[index] ?? NaN)) <= 1e-12 * size), `${found.join()} against ${flat.join()}`)
    t.strictSame(summaryOf(alignFace(formulaPicture(height, width), points.flat()) ?? new Uint8Array()), expected, `${width} × ${height}`)
  }
})

t.test('five points in one place align nothing; far outside of the picture all is black', async (t) => {
  const picture = formulaPicture(50, 50)
  t.equal(alignFace(picture, [7, 7, 7, 7, 7, 7, 7, 7, 7, 7]), undefined)
  t.notOk(alignFace(picture, TEMPLATE.map((place) => place + 1e9))?.some((byte) => byte !== 0))
})
