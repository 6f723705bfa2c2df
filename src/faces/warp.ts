import { roundHalfEven } from './resize-linear.js'
import { CHANNELS, type RgbPicture } from './rgb-picture.js'
import type { AffineMatrix } from './similarity.js'

/** Places are whole numbers of 1/1024 pixel, then of 1/32; weights are of 15 bits. */
const PLACES = 1 << 10
const SHARE_BITS = 5
const SHARES = 1 << SHARE_BITS
const ROUND_PLACE = PLACES / SHARES / 2
const WEIGHT_BITS = 15

/**
 * `cv2.warpAffine` of OpenCV 4 with its defaults, to the bit: bilinear, black beyond the picture. OpenCV 5 interpolates in float32 instead; ArcFace was
 * trained on OpenCV 4's pixels.
 *
 * Twin: `warp` in training's `encoders/face_alignment.py`; golden values are OpenCV's.
 *
 * @param matrix from the picture to the square
 * @returns size × size RGB
 */
export function warp (picture: RgbPicture, matrix: AffineMatrix, size: number): Uint8Array {
  const [a, b, c, d, e, f] = inverse(matrix)
  const columns = Array.from({ length: size }, (_, x) => ({ x: roundHalfEven(a * x * PLACES), y: roundHalfEven(d * x * PLACES) }))
  const square = new Uint8Array(CHANNELS * size * size)
  for (let row = 0, target = 0; row < size; row++) {
    const [startX, startY] = [roundHalfEven((b * row + c) * PLACES) + ROUND_PLACE, roundHalfEven((e * row + f) * PLACES) + ROUND_PLACE]
    for (const column of columns) {
      // Not shifts: a place far outside of the picture has more than 32 bits.
      mix(picture, Math.floor((startX + column.x) / (PLACES / SHARES)), Math.floor((startY + column.y) / (PLACES / SHARES)), square, target)
      target += CHANNELS
    }
  }
  return square
}

/** From the square's places to the picture's, in the order of OpenCV's operations. */
function inverse ([a, b, c, d, e, f]: AffineMatrix): AffineMatrix {
  const share = 1 / (a * e - b * d)
  const [own, other, turned, straight] = [e * share, -b * share, -d * share, a * share]
  return [own, other, -own * c - other * f, turned, straight, -turned * c - straight * f]
}

/** @param x in 1/32 of a pixel */
function mix ({ rgb, width, height }: RgbPicture, x: number, y: number, square: Uint8Array, target: number): void {
  const [left, top] = [Math.floor(x / SHARES), Math.floor(y / SHARES)]
  if (left < -1 || top < -1 || left >= width || top >= height) return
  const [toRight, down] = [x - left * SHARES, y - top * SHARES]
  for (let channel = 0; channel < CHANNELS; channel++) {
    const at = (column: number, row: number): number => column < 0 || row < 0 || column >= width || row >= height ? 0 : rgb[CHANNELS * (width * row + column) + channel] ?? 0
    const upper = (SHARES - toRight) * at(left, top) + toRight * at(left + 1, top)
    const lower = (SHARES - toRight) * at(left, top + 1) + toRight * at(left + 1, top + 1)
    const sum = ((SHARES - down) * upper + down * lower) << (WEIGHT_BITS - 2 * SHARE_BITS)
    square[target + channel] = (sum + (1 << (WEIGHT_BITS - 1))) >> WEIGHT_BITS
  }
}
