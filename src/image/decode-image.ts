import sharp, { type Sharp } from 'sharp'
import { READABLE_FORMATS, sniffFormat } from './image-format.js'
import { withSharp } from './vips.js'

/** What is allowed and wanted of an uploaded picture. */
export interface DecodeOptions {
  /** Most pixels (width × height) of the file, checked on its header before anything is decoded. */
  maxPixels: number
  /** Side of each square that is wanted, in pixels. */
  sizes: readonly number[]
}

/** Why a picture was not decoded. */
export type ImageRejection =
  /** Not one of the readable formats, by its first bytes. */
  | { reason: 'format', readable: string }
  /** More pixels than allowed. */
  | { reason: 'pixels', pixels: number, maxPixels: number }
  /** The header or the pixels are damaged or cut short. */
  | { reason: 'damaged', detail: string }

/** Thrown by {@link decodeImage}; the caller turns the rejection into its own coded error. */
export class ImageRejectedError extends Error {
  readonly rejection: ImageRejection

  constructor (rejection: ImageRejection, options?: ErrorOptions) {
    super(`picture rejected: ${rejection.reason}`, options)
    this.name = 'ImageRejectedError'
    this.rejection = rejection
  }
}

/**
 * Decodes a picture to one RGB square for each wanted size: 8 bits, row-major, interleaved, sRGB.
 *
 * EXIF orientation is applied, transparency is laid on white, of an animation the first frame is taken, and the middle is cropped (fit *cover*).
 * The picture is decoded once, to the largest size; the smaller ones are made from that.
 *
 * @throws ImageRejectedError
 */
export async function decodeImage (bytes: Uint8Array, options: DecodeOptions): Promise<Uint8Array[]> {
  return await decoded(bytes, options.maxPixels, () => cutSquares(bytes, options))
}

/**
 * Runs a decoding of a file that was found to be of a readable format and not too large.
 *
 * @throws ImageRejectedError
 */
export async function decoded<T> (bytes: Uint8Array, maxPixels: number, decode: () => Promise<T>): Promise<T> {
  if (sniffFormat(bytes) === undefined) throw new ImageRejectedError({ reason: 'format', readable: READABLE_FORMATS })
  return await withSharp(async () => {
    try {
      await checkPixels(bytes, maxPixels)
      return await decode()
    } catch (error) {
      if (error instanceof ImageRejectedError) throw error
      const detail = error instanceof Error ? error.message : String(error)
      throw new ImageRejectedError({ reason: 'damaged', detail }, { cause: error })
    }
  })
}

/** Reads the header only. */
async function checkPixels (bytes: Uint8Array, maxPixels: number): Promise<void> {
  const { width, height, pageHeight } = await sharp(bytes, { limitInputPixels: false, pages: 1 }).metadata()
  const pixels = width * (pageHeight ?? height)
  if (pixels > maxPixels) throw new ImageRejectedError({ reason: 'pixels', pixels, maxPixels })
}

async function cutSquares (bytes: Uint8Array, { maxPixels, sizes }: DecodeOptions): Promise<Uint8Array[]> {
  const largest = Math.max(...sizes)
  const input = sharp(bytes, { limitInputPixels: maxPixels, pages: 1, failOn: 'error' })
  const master = await raw(square(input.autoOrient().toColourspace('srgb').flatten({ background: '#ffffff' }), largest))
  const cut = new Map<number, Uint8Array>([[largest, master]])
  for (const size of sizes) {
    if (cut.has(size)) continue
    const source = sharp(master, { raw: { width: largest, height: largest, channels: 3 } })
    cut.set(size, await raw(square(source, size)))
  }
  return sizes.map((size) => cut.get(size) ?? master)
}

const square = (input: Sharp, size: number): Sharp => input.resize(size, size, { fit: 'cover', position: 'centre' })

async function raw (input: Sharp): Promise<Uint8Array> {
  const buffer = await input.removeAlpha().raw({ depth: 'uchar' }).toBuffer()
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
