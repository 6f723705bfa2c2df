import { detectorOutput } from '../../artifacts/check-encoders.js'
import type { EncoderInput, FaceDetectorInput } from '../../artifacts/manifest.js'
import { codedError } from '../../common/errors.js'
import { alignFace } from '../../faces/align-face.js'
import { chooseFace, type DetectorReading, findFaces, type FoundFaces, type StrideOutputs } from '../../faces/find-faces.js'
import { letterboxScale } from '../../faces/letterbox.js'
import type { RgbPicture } from '../../faces/rgb-picture.js'
import type { Batch } from '../../runtime/batch.js'
import type { Session } from '../../runtime/session.js'
import type { EncodeResult, EncodeRow } from '../executor.js'
import { eachInLanes } from './lanes.js'
import type { Run } from './plan-run.js'
import { rowOf, SquareEncoder } from './square-encoder.js'

export interface FaceSearchOptions {
  detector: { session: Session, input: FaceDetectorInput }
  encoder: { session: Session, input: EncoderInput }
  /** Of the face embedding. */
  width: number
  /** Pictures at once. */
  lanes: number
}

type FaceResult = Pick<EncodeResult, 'face' | 'finding'>

/**
 * Finds the faces of pictures, and embeds the one that each picture is about: detector, alignment, encoder (docs/adr/0014).
 *
 * Without a face the embedding is zeros, and the score that of the likeliest candidate.
 */
export class FaceSearch {
  readonly #detector: SquareEncoder<StrideOutputs[]>
  readonly #encoder: SquareEncoder<Float32Array>
  readonly #reading: DetectorReading
  readonly #width: number
  readonly #lanes: number

  constructor ({ detector: { session, input }, encoder, width, lanes }: FaceSearchOptions) {
    this.#detector = new SquareEncoder({ session, input, lanes, read: (batch) => input.strides.map((stride) => outputsOf(batch, stride)) })
    this.#encoder = new SquareEncoder({ ...encoder, lanes, read: (batch, row, rows) => rowOf(batch.floats('embedding'), row, rows) })
    this.#reading = { size: input.size, strides: input.strides, anchors: input.anchors, scoreThreshold: input.score_threshold, overlapThreshold: input.overlap_threshold }
    this.#width = width
    this.#lanes = lanes
  }

  async encode (rows: readonly EncodeRow[], run: Run): Promise<FaceResult[]> {
    return await eachInLanes(rows, this.#lanes, async ({ pixels: { face, source } }, lane) => {
      if (source === undefined) throw codedError('runtime_misused', ['a picture has no source to cut a face out of'])
      const outputs = await this.#detector.encodeOne(face, lane, run)
      return await this.#embed(source, findFaces(outputs, letterboxScale(source, this.#reading.size), this.#reading), lane, run)
    })
  }

  dispose (): void {
    this.#detector.dispose()
    this.#encoder.dispose()
  }

  async #embed (source: RgbPicture, { faces, bestScore }: FoundFaces, lane: number, run: Run): Promise<FaceResult> {
    const face = chooseFace(faces, source)
    const aligned = face === undefined ? undefined : alignFace(source, face.points)
    if (face === undefined || aligned === undefined) return { face: new Float32Array(this.#width), finding: { score: asShare(bestScore), found: false, count: 0 } }
    return { face: await this.#encoder.encodeOne(aligned, lane, run), finding: { score: asShare(face.score), found: true, count: faces.length } }
  }
}

/** A detector may end without a sigmoid, or round beyond it. */
const asShare = (score: number): number => Math.min(1, Math.max(0, score))

function outputsOf (batch: Batch, stride: number): StrideOutputs {
  return { scores: batch.floats(detectorOutput('scores', stride)), boxes: batch.floats(detectorOutput('boxes', stride)), points: batch.floats(detectorOutput('points', stride)) }
}
