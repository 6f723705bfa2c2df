/** A picture format that the server reads. */
export type ReadableFormat = 'png' | 'jpeg' | 'webp' | 'gif'

/** A picture format that the server writes. */
export type WritableFormat = 'png' | 'webp' | 'jpeg'

/** Formats that are read, for messages. */
export const READABLE_FORMATS = 'PNG, JPEG, WebP, GIF'

const ascii = (bytes: Uint8Array, start: number, end: number): string => String.fromCharCode(...bytes.subarray(start, end))

/**
 * The format of a picture by its first bytes.
 *
 * The declared media type is not believed, and formats that are programs in disguise (SVG, PDF) or rarely needed (TIFF, HEIF) never reach a decoder.
 *
 * @returns undefined when the bytes are none of the readable formats
 */
export function sniffFormat (bytes: Uint8Array): ReadableFormat | undefined {
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png'
  if (ascii(bytes, 0, 3) === '\xff\xd8\xff') return 'jpeg'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'webp'
  if (ascii(bytes, 0, 6) === 'GIF87a' || ascii(bytes, 0, 6) === 'GIF89a') return 'gif'
  return undefined
}
