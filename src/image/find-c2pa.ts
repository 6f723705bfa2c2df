import { sniffFormat } from './image-format.js'

/**
 * Whether a file carries a C2PA manifest store: a `caBX` chunk in PNG, JUMBF in an APP11 segment in JPEG, a `C2PA` chunk in WebP (C2PA 2.x, annex A.3).
 *
 * It looks at the file's own structure, so that the same letters within pixels or texts are no manifest. Whether the manifest is valid is another question.
 */
export function carriesC2pa (file: Uint8Array): boolean {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  switch (sniffFormat(bytes)) {
    case 'png': return chunks(bytes, 8, (at) => ({ name: bytes.toString('latin1', at + 4, at + 8), length: 12 + bytes.readUInt32BE(at) })).includes('caBX')
    case 'webp': return chunks(bytes, 12, (at) => ({ name: bytes.toString('latin1', at, at + 4), length: 8 + evenly(bytes.readUInt32LE(at + 4)) })).includes('C2PA')
    case 'jpeg': return chunks(bytes, 2, (at) => ({ name: segmentName(bytes, at), length: 2 + bytes.readUInt16BE(at + 2) })).includes('c2pa')
    default: return false
  }
}

interface Chunk { name: string, length: number }

/** Names of the chunks of a file in their order, as far as it can be followed. */
function chunks (bytes: Buffer, start: number, read: (at: number) => Chunk): string[] {
  const names: string[] = []
  for (let at = start; at + 8 <= bytes.length;) {
    const { name, length } = read(at)
    names.push(name)
    // Behind the start of a JPEG's scan there are no segments; what is no marker is no JPEG.
    if (name === 'SOS' || name === 'none') break
    at += length
  }
  return names
}

function segmentName (bytes: Buffer, at: number): string {
  const marker = bytes.readUInt16BE(at)
  if (marker === 0xffda) return 'SOS'
  if (marker < 0xffc0) return 'none'
  const isJumbf = marker === 0xffeb && bytes.toString('latin1', at + 4, at + 6) === 'JP'
  return isJumbf && bytes.subarray(at, at + 2 + bytes.readUInt16BE(at + 2)).includes('c2pa', 0, 'latin1') ? 'c2pa' : 'segment'
}

/** RIFF fills chunks up to an even length. */
const evenly = (length: number): number => length + length % 2
