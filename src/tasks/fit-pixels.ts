import type { Preprocessing } from '../artifacts/manifest.js'
import { codedError } from '../common/errors.js'
import type { PicturePixels } from '../engine/protocol.js'
import { letterbox } from '../faces/letterbox.js'
import type { RgbPicture } from '../faces/rgb-picture.js'
import { decodeImage } from '../image/decode-image.js'
import { decodeWhole } from '../image/decode-whole.js'
import { clipSquare, withinSide } from '../image/fit-picture.js'

/**
 * Decodes a picture to what each encoder takes: squares that are filled, and what is made of the whole picture where CLIP or a face detector wants that.
 *
 * @throws ImageRejectedError
 */
export async function fitPixels (bytes: Uint8Array, maxPixels: number, preprocessing: Preprocessing): Promise<PicturePixels> {
  const { picture_encoder: encoder, clip, face, face_detector: detector } = preprocessing
  const sizes = [encoder.size, ...clip.fit === 'cover' ? [clip.size] : [], ...face.fit === 'cover' ? [face.size] : []]
  const squares = await decodeImage(bytes, { maxPixels, sizes })
  const [pictureEncoder, ...covered] = squares
  const whole = clip.fit === 'cover' && face.fit === 'cover' ? {} : await decodeWhole(bytes, maxPixels, async (picture) => await wholeFits(picture, preprocessing))
  const clipped = whole.clip ?? covered.shift()
  const faced = detector === undefined ? covered.shift() : whole.face
  if (pictureEncoder === undefined || clipped === undefined || faced === undefined) throw codedError('internal_error', ['a square is missing'])
  return { pictureEncoder, clip: clipped, face: faced, ...(whole.source === undefined ? {} : { source: whole.source }) }
}

/** What encoders take that look at the whole picture. */
async function wholeFits (picture: RgbPicture, { clip, face, face_detector: detector }: Preprocessing): Promise<Partial<Omit<PicturePixels, 'pictureEncoder'>>> {
  const clipped = clip.fit === 'clip' ? { clip: await clipSquare(picture, clip.size) } : {}
  if (face.fit !== 'aligned_face' || detector === undefined) return clipped
  const source = await withinSide(picture, face.source_side)
  return { ...clipped, source, face: letterbox(source, detector.size).square }
}
