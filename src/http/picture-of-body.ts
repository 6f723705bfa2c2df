import { codedError } from '../common/errors.js'
import { readDataUrl } from '../image/data-url.js'

/**
 * The picture file of a body: a part of a form as it came, or a data URL decoded.
 *
 * @throws image_url_invalid, image_url_not_fetched, image_too_large
 */
export function pictureOfBody (image: Uint8Array | string, maxUploadBytes: number): Uint8Array {
  if (typeof image !== 'string') return image
  if (/^https?:/i.test(image)) throw codedError('image_url_not_fetched', [])
  const bytes = readDataUrl(image)
  if (bytes === undefined || bytes.length === 0) throw codedError('image_url_invalid', [])
  if (bytes.length > maxUploadBytes) throw codedError('image_too_large', [maxUploadBytes])
  return bytes
}
