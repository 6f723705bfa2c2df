import { codedError } from '../../common/errors.js'
import { encodePixels } from '../../image/encode-pixels.js'
import { pictureOfBody } from '../picture-of-body.js'
import type { Element } from './datatypes.js'
import type { Tensor } from './tensors.js'

/** What a picture may have at most. */
export interface PictureLimits { maxUploadBytes: number, maxImagePixels: number }

const DATA_URL = 'data:image/'
const CHANNELS = 3

/**
 * The pictures of a request as files: those that it names, or made of its pixels; either, not both.
 *
 * @throws missing_field, options_conflict, invalid_field, image_too_large, image_too_many_pixels, image_url_invalid
 */
export async function pictureFiles (tensors: ReadonlyMap<string, Tensor>, limits: PictureLimits): Promise<Uint8Array[]> {
  const [image, pixels] = [tensors.get('image'), tensors.get('pixels')]
  if (image !== undefined && pixels !== undefined) throw codedError('options_conflict', ['inputs.image', 'inputs.pixels', 'both are the picture'])
  if (pixels !== undefined) return await filesOfPixels(pixels, limits.maxImagePixels)
  if (image === undefined) throw codedError('missing_field', ['inputs.image or inputs.pixels'], { param: 'inputs.image' })
  return [...image.elements].map((element) => fileOf(element, limits.maxUploadBytes))
}

function fileOf (file: Element, maxUploadBytes: number): Uint8Array {
  if (typeof file === 'number') throw codedError('missing_field', ['inputs.image or inputs.pixels'], { param: 'inputs.image' })
  if (typeof file !== 'string' && file.length > maxUploadBytes) throw codedError('image_too_large', [maxUploadBytes])
  // A client writes a data URL as bytes, too.
  const isUrl = typeof file !== 'string' && Buffer.from(file.subarray(0, DATA_URL.length)).toString('latin1') === DATA_URL
  return pictureOfBody(isUrl ? Buffer.from(file).toString('latin1') : file, maxUploadBytes)
}

/** @param pixels [height, width, 3] of one picture, or [pictures, height, width, 3] */
async function filesOfPixels ({ shape, elements }: Tensor, maxImagePixels: number): Promise<Uint8Array[]> {
  const [height = 0, width = 0] = shape.slice(-CHANNELS)
  const count = shape.length > CHANNELS ? shape[0] ?? 0 : 1
  if (count * width * height < 1) throw codedError('invalid_field', ['inputs.pixels', 'has no pixels'], { param: 'inputs.pixels' })
  if (width * height > maxImagePixels) throw codedError('image_too_many_pixels', [width * height, maxImagePixels])
  const bytes = elements instanceof Uint8Array ? elements : Uint8Array.from(elements, Number)
  const each = CHANNELS * width * height
  return await Promise.all(Array.from({ length: count }, async (_, index) => await encodePixels(bytes.subarray(index * each, (index + 1) * each), { width, height })))
}
