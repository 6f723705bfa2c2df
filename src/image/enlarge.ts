import sharp from 'sharp'
import type { RgbSquare } from './rgb-square.js'
import { withSharp } from './vips.js'

/** A picture scaled to a larger side by Lanczos resampling: it has more pixels, and no more detail. Of the same side it is itself. */
export async function enlarge (picture: RgbSquare, side: number): Promise<RgbSquare> {
  const { rgb, size } = picture
  if (side === size) return picture
  return await withSharp(async () => {
    const { buffer, byteOffset, byteLength } = await sharp(rgb, { raw: { width: size, height: size, channels: 3 } }).resize(side, side, { kernel: 'lanczos3' }).raw().toBuffer()
    return { rgb: new Uint8Array(buffer, byteOffset, byteLength), size: side }
  })
}
