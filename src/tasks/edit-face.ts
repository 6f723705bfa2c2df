import { codedError } from '../common/errors.js'
import { workUnits } from '../engine/work-units.js'
import { decodeImage } from '../image/decode-image.js'
import { encodeImage } from '../image/encode-image.js'
import { enlarge } from '../image/enlarge.js'
import { layOver, softened } from '../image/lay-over.js'
import type { RgbSquare } from '../image/rgb-square.js'
import { refusePrompts } from './apply-policy.js'
import { developPlain, type Drawing, type FileWish } from './draw-pictures.js'
import { drawnShare, type EditFiles, type EditRegion, editRegion, positionsInside } from './edit-region.js'
import { layOutPictures, type PictureRequest, resolveSettings } from './picture-request.js'
import { imageErrors, preparePicture } from './prepare-picture.js'
import { reserveUnits } from './reserve-units.js'
import { signed } from './sign-pictures.js'
import type { TaskContext, TaskDependencies } from './task-context.js'

/** A wish for another version of a picture. */
export interface EditRequest extends PictureRequest, EditFiles {
  /** Share of the codes within the region that are made anew, above 0, at most 1. Left out: all of a region, and DEFAULT_STRENGTH of a whole picture. */
  strength?: number | undefined
}

/** Pictures to draw, with what becomes of the original. */
export interface EditDrawing extends Drawing {
  strength: number
  /** How the region was said; `whole` for the whole picture. */
  region: EditRegion['from'] | 'whole'
  /** Codes of each picture that are made anew. */
  remade: number
}

/** Of a whole picture so much is made anew: the rest carries its likeness over. */
export const DEFAULT_STRENGTH = 0.8
/** Width of the seam inside of a mask, in pixels of the model's own size. */
const SEAM = 2

/**
 * Finds out whether a picture can be edited, and what the engine has to do for it.
 *
 * Outside of the region the answer has the pixels of the original, fitted to the answer's square, to the bit; inside are the pixels of the codes made anew. Without a region the
 * whole picture is made from codes, of which a share is kept.
 *
 * @throws CodedError those of planFaces, mask_unusable, image errors
 */
export async function planEdit (dependencies: TaskDependencies, request: EditRequest, file: FileWish, context: TaskContext): Promise<EditDrawing> {
  const { model, maxImagePixels } = dependencies
  const { sizes } = model.manifest
  refusePrompts(dependencies, request)
  const settings = resolveSettings(request, model)
  const works = layOutPictures(request, settings, model)
  const side = file.side ?? sizes.image_size
  const picture = await preparePicture(dependencies, request.image, context.caller)
  const region = await imageErrors(() => editRegion(request, side, maxImagePixels))
  context.signal.throwIfAborted()
  const strength = request.strength ?? (region === undefined ? DEFAULT_STRENGTH : 1)
  const inside = positionsInside(region, sizes)
  const edits = works.map((work) => ({ ...work, given: { picture, remake: drawnShare(inside, strength, work, sizes.image_tokens) } }))
  reserveUnits(context.ticket, edits.reduce((sum, work) => sum + workUnits(work), 0))
  const develop = region === undefined ? developPlain(file) : await developInside(region, await fitted(request.image, side, maxImagePixels), file, sizes.image_size)
  return {
    settings,
    works: edits,
    strength,
    region: region?.from ?? 'whole',
    remade: edits[0]?.given.remake.length ?? 0,
    develop: signed(dependencies, file, develop, request.image)
  }
}

async function fitted (image: Uint8Array, side: number, maxPixels: number): Promise<RgbSquare> {
  const [rgb] = await imageErrors(() => decodeImage(image, { maxPixels, sizes: [side] }))
  if (rgb === undefined) throw codedError('internal_error', ['a square is missing'])
  return { rgb, size: side }
}

/** The way a picture becomes a file when it is seen inside of a region only. */
async function developInside (region: EditRegion, original: RgbSquare, { format, lossyQuality }: FileWish, nativeSide: number): Promise<Drawing['develop']> {
  // Where the picture itself is transparent there is nothing to fade into.
  const seam = region.from === 'mask' ? Math.round(SEAM * region.side / nativeSide) : 0
  const opacity = softened(region.pixels, region.side, seam)
  return async (picture) => await encodeImage(layOver(original, enlarge(picture, region.side), opacity), format, lossyQuality, picture.xmp)
}
