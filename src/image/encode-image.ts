import sharp from 'sharp'
import type { WritableFormat } from './image-format.js'
import { pngWithXmp } from './png-xmp.js'
import type { RgbSquare } from './rgb-square.js'
import { withSharp } from './vips.js'

/** Quality of the lossy formats, high enough that the codec of the model is the limit. */
const LOSSY_QUALITY = 92

/**
 * Writes a picture file. PNG is lossless.
 *
 * @param lossyQuality of WebP and JPEG, 1 to 100
 * @param xmp packet of metadata for the file; sharp writes none of its own
 */
export async function encodeImage ({ rgb, size }: RgbSquare, format: WritableFormat, lossyQuality = LOSSY_QUALITY, xmp?: string): Promise<Buffer> {
  return await withSharp(async () => {
    const plain = sharp(rgb, { raw: { width: size, height: size, channels: 3 } })
    const picture = xmp === undefined || format === 'png' ? plain : plain.withXmp(xmp)
    switch (format) {
      case 'png': {
        const file = await picture.png().toBuffer()
        return xmp === undefined ? file : pngWithXmp(file, xmp)
      }
      case 'webp': return await picture.webp({ quality: lossyQuality }).toBuffer()
      case 'jpeg': return await picture.jpeg({ quality: lossyQuality, chromaSubsampling: '4:4:4' }).toBuffer()
    }
  })
}
