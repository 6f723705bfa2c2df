import sharp from 'sharp'
import { ImageRejectedError } from './decode-image.js'
import { carriesC2pa } from './find-c2pa.js'
import { READABLE_FORMATS, sniffFormat, type ReadableFormat } from './image-format.js'
import { withSharp } from './vips.js'
import { NAMESPACES } from './xmp-packet.js'
import { xmpValue } from './xmp-value.js'

/** What a file says about where it comes from. Anybody can write or remove it. */
export interface FoundMarks {
  format: ReadableFormat
  /** Whether there is any XMP. */
  hasXmp: boolean
  /** IPTC's DigitalSourceType, as it stands there. */
  digitalSourceType: string | undefined
  /** Ours, as they stand there. */
  model: string | undefined
  modelDigest: string | undefined
  seed: string | undefined
  receipt: string | undefined
  carriesC2pa: boolean
}

/** Longest XMP that is looked into: what libraries write has a few kilobytes. */
const MAX_XMP_CHARACTERS = 1024 * 1024

/**
 * Reads the marks of a picture file: its header and metadata only, no pixel.
 *
 * @throws ImageRejectedError
 */
export async function readMarks (file: Uint8Array): Promise<FoundMarks> {
  const format = sniffFormat(file)
  if (format === undefined) throw new ImageRejectedError({ reason: 'format', readable: READABLE_FORMATS })
  const packet = await xmpOf(file)
  const { Iptc4xmpExt, unif2ace } = NAMESPACES
  const value = (namespace: string, name: string): string | undefined => packet === undefined ? undefined : xmpValue(packet, namespace, name)
  return {
    format,
    hasXmp: packet !== undefined,
    digitalSourceType: value(Iptc4xmpExt, 'DigitalSourceType'),
    model: value(unif2ace, 'Model'),
    modelDigest: value(unif2ace, 'ModelDigest'),
    seed: value(unif2ace, 'Seed'),
    receipt: value(unif2ace, 'Receipt'),
    carriesC2pa: carriesC2pa(file)
  }
}

async function xmpOf (file: Uint8Array): Promise<string | undefined> {
  return await withSharp(async () => {
    try {
      const { xmp } = await sharp(file, { limitInputPixels: false, pages: 1 }).metadata()
      return xmp === undefined ? undefined : xmp.toString('utf8').slice(0, MAX_XMP_CHARACTERS)
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      throw new ImageRejectedError({ reason: 'damaged', detail }, { cause: error })
    }
  })
}
