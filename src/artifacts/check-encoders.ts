import type { FaceDetectorInput, GraphSpec, Manifest, TensorSpec } from './manifest.js'

/** What a detector gives for each candidate, by the beginning of its output's name. */
const DETECTOR_VALUES = { scores: 1, boxes: 4, points: 10 } as const
const ALIGNED_SIDE = 112

/** Name of a detector's output at a stride. */
export function detectorOutput (kind: keyof typeof DETECTOR_VALUES, stride: number): string {
  return `${kind}_${stride}`
}

/** What a manifest says of its encoders that cannot all be true. */
export function encoderContradictions (manifest: Manifest): string[] {
  const { format_version: version, preprocessing, graphs, parameters, sizes } = manifest
  const { clip, face, face_detector: detector } = preprocessing
  const parts = [face.fit === 'aligned_face', detector !== undefined, graphs.face_detector !== undefined, parameters.face_detector !== undefined]
  const problems: string[] = []
  if (version === 2 && (clip.fit !== 'cover' || parts.includes(true))) problems.push('it is of format 2 and names what came with format 3')
  if (new Set(parts).size > 1) problems.push('a face that is aligned needs face_detector in graphs, parameters and preprocessing, and nothing else has a use for it')
  if (clip.fit === 'clip') problems.push(...mismatches('clip', graphs.clip, clip.size, [{ name: 'embedding', dtype: 'float32', dims: [1, sizes.clip_width] }]))
  if (face.fit !== 'aligned_face' || detector === undefined || graphs.face_detector === undefined) return problems
  if (face.size !== ALIGNED_SIDE) problems.push(`preprocessing.face.size is ${face.size}, and faces are aligned to ${ALIGNED_SIDE} pixels`)
  const odd = detector.strides.find((stride) => detector.size % stride !== 0)
  if (odd !== undefined) problems.push(`preprocessing.face_detector.size is no multiple of the stride ${odd}`)
  problems.push(...mismatches('face', graphs.face, face.size, [{ name: 'embedding', dtype: 'float32', dims: [1, sizes.face_width] }]))
  problems.push(...mismatches('face_detector', graphs.face_detector, detector.size, detectorOutputs(detector)))
  return problems
}

/** Candidates of a detector at a stride. */
export function candidatesOf ({ size, anchors }: Pick<FaceDetectorInput, 'size' | 'anchors'>, stride: number): number {
  return anchors * Math.floor(size / stride) ** 2
}

function detectorOutputs (detector: FaceDetectorInput): TensorSpec[] {
  return (Object.keys(DETECTOR_VALUES) as (keyof typeof DETECTOR_VALUES)[]).flatMap((kind) => detector.strides.map((stride): TensorSpec => ({
    name: detectorOutput(kind, stride),
    dtype: 'float32',
    dims: [candidatesOf(detector, stride), DETECTOR_VALUES[kind]]
  })))
}

/** Graphs of these encoders take one picture a run. */
function mismatches (name: string, { inputs, outputs }: GraphSpec, side: number, expected: TensorSpec[]): string[] {
  const lists = [{ what: 'inputs', listed: inputs, wanted: [{ name: 'pixels', dtype: 'float32', dims: [1, 3, side, side] }] }, { what: 'outputs', listed: outputs, wanted: expected }]
  return lists.flatMap(({ what, listed, wanted }) => JSON.stringify(listed.map(inOrder)) === JSON.stringify(wanted.map(inOrder)) ? [] : [`graphs.${name}.${what} are not ${wanted.map(({ name: tensor, dims }) => `${tensor} [${dims.join(', ')}]`).join(', ')} in float32`])
}

const inOrder = ({ name, dtype, dims }: { name: string, dtype: string, dims: readonly (number | string)[] }): unknown[] => [name, dtype, dims]
