import sharp from 'sharp'
import { withSharp } from './vips.js'

/** Writes a PNG of RGB bytes, row by row. */
export async function encodePixels (rgb: Uint8Array, { width, height }: { width: number, height: number }): Promise<Buffer> {
  return await withSharp(async () => await sharp(rgb, { raw: { width, height, channels: 3 } }).png({ compressionLevel: 1 }).toBuffer())
}
