import sharp from 'sharp'
import type { RgbPicture } from '../faces/rgb-picture.js'
import { decoded } from './decode-image.js'

/**
 * Decodes a picture whole, as `decodeImage` does its squares: upright, on white where it is transparent, of an animation the first frame.
 *
 * @param fit what becomes of the pixels; while it works the picture counts as being decoded, so that few whole pictures are in memory
 * @throws ImageRejectedError
 */
export async function decodeWhole<T> (bytes: Uint8Array, maxPixels: number, fit: (picture: RgbPicture) => Promise<T>): Promise<T> {
  return await decoded(bytes, maxPixels, async () => {
    const input = sharp(bytes, { limitInputPixels: maxPixels, pages: 1, failOn: 'error' })
    const upright = input.autoOrient().toColourspace('srgb').flatten({ background: '#ffffff' }).removeAlpha()
    const { data, info: { width, height } } = await upright.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    return await fit({ rgb: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height })
  })
}
