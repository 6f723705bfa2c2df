import type { RgbPicture } from './rgb-picture.js'
import { similarity } from './similarity.js'
import { warp } from './warp.js'

/** Side of an aligned face, in pixels: what ArcFace was trained on. */
export const ALIGNED_SIZE = 112

/** Where the eyes, the nose and the corners of the mouth lie in it: InsightFace's `arcface_dst`, which it holds in float32. */
export const TEMPLATE: readonly number[] = [38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041].map((place) => Math.fround(place))

/**
 * A face turned, scaled and moved so that its points lie where ArcFace expects them.
 *
 * @param points x and y of five points
 * @returns 112 × 112 RGB; undefined where all five points are one, which says nothing of the face's place
 */
export function alignFace (picture: RgbPicture, points: readonly number[]): Uint8Array | undefined {
  const matrix = similarity(points, TEMPLATE)
  return matrix === undefined ? undefined : warp(picture, matrix, ALIGNED_SIZE)
}
