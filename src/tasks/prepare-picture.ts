import { createHash } from 'node:crypto'
import { codedError } from '../common/errors.js'
import type { PictureInput, PicturePixels } from '../engine/protocol.js'
import { ImageRejectedError, type ImageRejection } from '../image/decode-image.js'
import { fitPixels } from './fit-pixels.js'
import type { TaskDependencies } from './task-context.js'

/**
 * Decodes an uploaded picture to what the model's encoders take.
 *
 * @param caller salts the name under which the picture is cached
 * @throws image_format_unsupported, image_too_many_pixels, image_unreadable
 */
export async function preparePicture ({ model, maxImagePixels }: TaskDependencies, bytes: Uint8Array, caller: string): Promise<PictureInput> {
  const pixels = await imageErrors(() => fitPixels(bytes, maxImagePixels, model.manifest.preprocessing))
  return { key: pictureKey(caller, pixels), pixels }
}

/**
 * What goes wrong with an uploaded picture in terms of its caller.
 *
 * @throws image_format_unsupported, image_too_many_pixels, image_unreadable, and whatever else the decoding throws
 */
export async function imageErrors<T> (decode: () => Promise<T>): Promise<T> {
  try {
    return await decode()
  } catch (error) {
    if (error instanceof ImageRejectedError) throw rejected(error.rejection, error)
    throw error
  }
}

function rejected (rejection: ImageRejection, cause: unknown): Error {
  switch (rejection.reason) {
    case 'format': return codedError('image_format_unsupported', [rejection.readable], { cause })
    case 'pixels': return codedError('image_too_many_pixels', [rejection.pixels, rejection.maxPixels], { cause })
    case 'damaged': return codedError('image_unreadable', [rejection.detail], { cause })
  }
}

/** Names what the model sees, so that the same picture in another file format finds its cached prefix. */
function pictureKey (caller: string, { pictureEncoder, clip, face, source }: PicturePixels): string {
  const hash = createHash('sha256').update(caller).update('\0')
  for (const square of [pictureEncoder, clip, face]) hash.update(square)
  if (source !== undefined) hash.update(`${source.width} ${source.height} `).update(source.rgb)
  return hash.digest('hex')
}
