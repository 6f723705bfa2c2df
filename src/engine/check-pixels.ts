import type { Preprocessing } from '../artifacts/manifest.js'
import { CHANNELS } from '../faces/rgb-picture.js'
import type { PicturePixels } from './protocol.js'

/** Sides of the squares that encoders take, in pixels. */
export interface PixelLimits {
  pictureEncoder: number
  clip: number
  face: number
  /** Longest side of the picture that faces are cut out of; absent where none are. */
  sourceSide?: number
}

export function pixelLimits ({ picture_encoder: encoder, clip, face, face_detector: detector }: Preprocessing): PixelLimits {
  const squares = { pictureEncoder: encoder.size, clip: clip.size }
  return face.fit === 'aligned_face' && detector !== undefined
    ? { ...squares, face: detector.size, sourceSide: face.source_side }
    : { ...squares, face: face.size }
}

/** What is wrong with a picture's pixels, with the name of their part; undefined: nothing. */
export function pixelProblem (pixels: PicturePixels, limits: PixelLimits): { part: keyof PicturePixels, problem: string } | undefined {
  for (const part of ['pictureEncoder', 'clip', 'face'] as const) {
    const expected = CHANNELS * limits[part] ** 2
    const { length } = pixels[part]
    if (length !== expected) return { part, problem: `has ${length} bytes and the encoder takes ${expected}` }
  }
  const problem = sourceProblem(pixels, limits)
  return problem === undefined ? undefined : { part: 'source', problem }
}

function sourceProblem ({ source }: PicturePixels, { sourceSide }: PixelLimits): string | undefined {
  if (sourceSide === undefined) return source === undefined ? undefined : 'is there and the model looks for no faces'
  if (source === undefined) return 'is missing and the model looks for faces'
  const { rgb, width, height } = source
  for (const side of [width, height]) if (!(Number.isInteger(side) && side >= 1 && side <= sourceSide)) return `has a side of ${side} pixels and 1 to ${sourceSide} are taken`
  return rgb.length === CHANNELS * width * height ? undefined : `has ${rgb.length} bytes for ${width} × ${height} pixels`
}
