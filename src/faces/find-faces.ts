/**
 * SCRFD's faces as InsightFace finds them, in its float32 arithmetic: boxes and points out of distances, overlaps, and the face that a picture is about.
 *
 * Twin: training's `encoders/face_detection.py`; golden values are InsightFace's.
 */

/** How a detector's outputs are read (manifest `preprocessing.face_detector`). */
export interface DetectorReading {
  /** Side of the letterbox, in pixels. */
  size: number
  /** Distances are in units of these; a place for each so many pixels. */
  strides: readonly number[]
  /** Candidates of one place. */
  anchors: number
  /** A candidate counts from this score. */
  scoreThreshold: number
  /** Of two that overlap by a larger share the less sure one goes. */
  overlapThreshold: number
}

/** What a detector says at one stride of n candidates: scores [n], distances of edges [n × 4] and of points [n × 10]. */
export interface StrideOutputs { scores: Float32Array, boxes: Float32Array, points: Float32Array }

export interface Face {
  /** Left, top, right, bottom in pixels of the picture; may lie beyond it. */
  box: readonly [number, number, number, number]
  score: number
  /** x and y of the viewer's left eye, right eye, nose, left and right corner of the mouth. */
  points: readonly number[]
}

export interface FoundFaces {
  /** The surest first. */
  faces: Face[]
  /** The best score of all candidates, also where none is sure enough. */
  bestScore: number
}

const EDGES = 4
const POINT_VALUES = 10

const { fround } = Math

/**
 * The faces of a picture.
 *
 * @param outputs for each stride
 * @param scale of its letterbox
 */
export function findFaces (outputs: readonly StrideOutputs[], scale: number, reading: DetectorReading): FoundFaces {
  const candidates = reading.strides.flatMap((stride, index) => {
    const output = outputs[index]
    return output === undefined ? [] : sureFaces(output, stride, fround(scale), reading)
  })
  // Array.prototype.sort keeps the order of equals, as InsightFace's stable argsort does.
  const faces = withoutOverlaps(candidates.sort((a, b) => b.score - a.score), fround(reading.overlapThreshold))
  const bestScore = outputs.reduce((best, { scores }) => scores.reduce((most, score) => Math.max(most, score), best), 0)
  return { faces, bestScore }
}

/** The face that a picture is about: InsightFace's own choice, the largest with some weight on the middle. Of equals the surer one. */
export function chooseFace (faces: readonly Face[], { width, height }: { width: number, height: number }): Face | undefined {
  const [middleX, middleY] = [Math.floor(width / 2), Math.floor(height / 2)]
  const worth = ({ box: [left, top, right, bottom] }: Face): number =>
    (right - left) * (bottom - top) - 2 * (((left + right) / 2 - middleX) ** 2 + ((top + bottom) / 2 - middleY) ** 2)
  return faces.reduce<Face | undefined>((best, face) => best === undefined || worth(face) > worth(best) ? face : best, undefined)
}

function sureFaces ({ scores, boxes, points }: StrideOutputs, stride: number, scale: number, { size, anchors, scoreThreshold }: DetectorReading): Face[] {
  const side = Math.floor(size / stride)
  const faces: Face[] = []
  scores.forEach((score, candidate) => {
    if (score < scoreThreshold) return
    const place = Math.floor(candidate / anchors)
    const [x, y] = [stride * (place % side), stride * Math.floor(place / side)]
    const distance = (edge: number): number => fround((boxes[EDGES * candidate + edge] ?? 0) * stride)
    const edges = [fround(x - distance(0)), fround(y - distance(1)), fround(x + distance(2)), fround(y + distance(3))] as const
    const [left, top, right, bottom] = edges.map((edge) => fround(edge / scale))
    faces.push({
      box: [left ?? 0, top ?? 0, right ?? 0, bottom ?? 0],
      score,
      points: Array.from(points.subarray(POINT_VALUES * candidate, POINT_VALUES * (candidate + 1)), (shift, index) => fround(fround((index % 2 === 0 ? x : y) + fround(shift * stride)) / scale))
    })
  })
  return faces
}

function withoutOverlaps (faces: readonly Face[], threshold: number): Face[] {
  const kept: Face[] = []
  for (const face of faces) {
    if (kept.every((surer) => overlapOf(surer, face) <= threshold)) kept.push(face)
  }
  return kept
}

/** Shared area over that of both together; pixels count with both their edges. */
function overlapOf (one: Face, other: Face): number {
  const [left, top, right, bottom] = one.box
  const [otherLeft, otherTop, otherRight, otherBottom] = other.box
  const width = Math.max(0, lengthOf(Math.max(left, otherLeft), Math.min(right, otherRight)))
  const height = Math.max(0, lengthOf(Math.max(top, otherTop), Math.min(bottom, otherBottom)))
  const shared = fround(width * height)
  return fround(shared / fround(fround(areaOf(one) + areaOf(other)) - shared))
}

const lengthOf = (from: number, to: number): number => fround(fround(to - from) + 1)

const areaOf = ({ box: [left, top, right, bottom] }: Face): number => fround(lengthOf(left, right) * lengthOf(top, bottom))
