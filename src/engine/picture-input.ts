import type { RgbPicture } from '../faces/rgb-picture.js'

/** One picture, RGB bytes row by row, already fitted to the square each encoder wants (manifest `preprocessing`). */
export interface PicturePixels {
  pictureEncoder: Uint8Array
  clip: Uint8Array
  /** The face encoder's square; of a model with a face detector that one's letterbox. */
  face: Uint8Array
  /** The picture itself, which a found face is cut out of. There where the model has a face detector. */
  source?: RgbPicture
}

/** A picture under its name in the cache. */
export interface PictureInput {
  /** Names the picture in the cache: a hash of its content salted with the API key, so that callers never share an entry. */
  key: string
  pixels: PicturePixels
}
