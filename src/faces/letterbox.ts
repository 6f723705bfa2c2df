import { resizeLinear } from './resize-linear.js'
import { CHANNELS, type RgbPicture } from './rgb-picture.js'

/** A picture scaled into the upper left of a black square, as a face detector takes it. */
export interface Letterbox {
  /** size × size RGB. */
  square: Uint8Array
  /** Pixels of the square for one of the picture. */
  scale: number
}

/** InsightFace's way: the longer side fills the square, the shorter one is cut to whole pixels, at least one. */
export function letterbox (picture: RgbPicture, size: number): Letterbox {
  const { width, height } = letterboxed(picture, size)
  const fitted = resizeLinear(picture, width, height)
  const square = new Uint8Array(CHANNELS * size * size)
  for (let row = 0; row < height; row++) square.set(fitted.rgb.subarray(CHANNELS * width * row, CHANNELS * width * (row + 1)), CHANNELS * size * row)
  return { square, scale: letterboxScale(picture, size) }
}

/** How much a picture is scaled in a letterbox of a size. */
export function letterboxScale (picture: Pick<RgbPicture, 'width' | 'height'>, size: number): number {
  return letterboxed(picture, size).height / picture.height
}

function letterboxed ({ width, height }: Pick<RgbPicture, 'width' | 'height'>, size: number): { width: number, height: number } {
  const ratio = height / width
  return ratio > 1
    ? { width: Math.max(1, Math.trunc(size / ratio)), height: size }
    : { width: size, height: Math.max(1, Math.trunc(size * ratio)) }
}
