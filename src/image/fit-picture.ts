import type { RgbPicture } from '../faces/rgb-picture.js'
import { resizeBicubic } from './resize-bicubic.js'

/**
 * CLIP's way: the shorter side to the square's, bicubic with antialiasing, and the middle cut out.
 *
 * Twin: `clip_square` in training's `encoders/picture_fit.py`; golden values are those of transformers' CLIPImageProcessorPil.
 */
export async function clipSquare (picture: RgbPicture, size: number): Promise<Uint8Array> {
  const [shorter, longer] = [Math.min(picture.width, picture.height), Math.max(picture.width, picture.height)]
  const other = Math.floor(size * longer / shorter)
  const [width, height] = picture.width <= picture.height ? [size, other] : [other, size]
  const middle = { left: Math.floor((width - size) / 2), top: Math.floor((height - size) / 2), width: size, height: size }
  return (await resizeBicubic(picture, width, height, middle)).rgb
}

/** The picture as it is where no side is longer, and else scaled down so far. Twin: `within_side` in training. */
export async function withinSide (picture: RgbPicture, side: number): Promise<RgbPicture> {
  const longer = Math.max(picture.width, picture.height)
  if (longer <= side) return picture
  const scaled = (length: number): number => Math.max(1, Math.floor((2 * length * side + longer) / (2 * longer)))
  return await resizeBicubic(picture, scaled(picture.width), scaled(picture.height))
}
