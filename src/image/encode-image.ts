import sharp from 'sharp'
import type { WritableFormat } from './image-format.js'
import { withSharp } from './vips.js'

/** A square picture as the engine gives it: 8-bit RGB, row-major, interleaved. */
export interface RgbSquare {
  rgb: Uint8Array
  /** Side in pixels. */
  size: number
}

/** Quality of the lossy formats, high enough that the codec of the model is the limit. */
const LOSSY_QUALITY = 92

/** Writes a picture file. PNG is lossless; WebP and JPEG are written at quality 92. */
export async function encodeImage ({ rgb, size }: RgbSquare, format: WritableFormat): Promise<Buffer> {
  return await withSharp(async () => {
    const picture = sharp(rgb, { raw: { width: size, height: size, channels: 3 } })
    switch (format) {
      case 'png': return await picture.png().toBuffer()
      case 'webp': return await picture.webp({ quality: LOSSY_QUALITY }).toBuffer()
      case 'jpeg': return await picture.jpeg({ quality: LOSSY_QUALITY, chromaSubsampling: '4:4:4' }).toBuffer()
    }
  })
}
