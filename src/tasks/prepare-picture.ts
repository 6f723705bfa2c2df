import { createHash } from 'node:crypto'
import { codedError } from '../common/errors.js'
import type { PictureInput } from '../engine/protocol.js'
import { decodeImage, ImageRejectedError, type ImageRejection } from '../image/decode-image.js'
import type { TaskDependencies } from './task-context.js'

/**
 * Decodes an uploaded picture to the squares that the model's encoders take.
 *
 * @param caller salts the name under which the picture is cached
 * @throws image_format_unsupported, image_too_many_pixels, image_unreadable
 */
export async function preparePicture ({ model, maxImagePixels }: TaskDependencies, bytes: Uint8Array, caller: string): Promise<PictureInput> {
  const { picture_encoder: encoder, clip, face } = model.manifest.preprocessing
  const squares = await imageErrors(() => decodeImage(bytes, { maxPixels: maxImagePixels, sizes: [encoder.size, clip.size, face.size] }))
  const [pictureEncoder, clipSquare, faceSquare] = squares
  if (pictureEncoder === undefined || clipSquare === undefined || faceSquare === undefined) throw codedError('internal_error', ['a square is missing'])
  return { key: pictureKey(caller, squares), pixels: { pictureEncoder, clip: clipSquare, face: faceSquare } }
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
function pictureKey (caller: string, squares: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(caller).update('\0')
  for (const square of squares) hash.update(square)
  return hash.digest('hex')
}
