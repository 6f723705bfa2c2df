import sharp from 'sharp'
import { decoded } from './decode-image.js'

/** Where a picture is transparent. */
export interface Transparency {
  /** Pixels of the file, upright. */
  width: number
  height: number
  /** [side × side] 1 where the fitted picture is transparent, 0 elsewhere; undefined where none of it is. */
  region: Uint8Array | undefined
}

export interface TransparencyOptions {
  /** Most pixels of the file. */
  maxPixels: number
  /** Side of the square that is wanted, in pixels. */
  side: number
}

/** A pixel of the square is transparent when more than half of what it covers is. */
const HALF = 128

/**
 * Where a picture is fully transparent, fitted to a square like the pixels that `decodeImage` gives: upright, the middle cropped.
 *
 * @throws ImageRejectedError
 */
export async function readTransparency (bytes: Uint8Array, { maxPixels, side }: TransparencyOptions): Promise<Transparency> {
  return await decoded(bytes, maxPixels, async () => {
    const input = sharp(bytes, { limitInputPixels: maxPixels, pages: 1, failOn: 'error' })
    const { hasAlpha } = await input.metadata()
    const { data, info: { width, height } } = await input.autoOrient().toColourspace('srgb').ensureAlpha().extractChannel('alpha').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    if (!hasAlpha) return { width, height, region: undefined }
    const opaque = await sharp(data, { raw: { width, height, channels: 1 } }).threshold(1).extractChannel(0).raw().toBuffer()
    const fitted = await sharp(opaque, { raw: { width, height, channels: 1 } }).resize(side, side, { fit: 'cover', position: 'centre', kernel: 'linear' }).extractChannel(0).raw().toBuffer()
    const region = Uint8Array.from(fitted, (alpha) => alpha < HALF ? 1 : 0)
    return { width, height, region: region.includes(1) ? region : undefined }
  })
}
