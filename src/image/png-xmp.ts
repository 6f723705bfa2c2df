import { crc32 } from 'node:zlib'

/** Bytes before the first chunk, and of the chunk IHDR that every PNG begins with: length, name, 13 bytes, checksum. */
const SIGNATURE_BYTES = 8
const HEADER_BYTES = 4 + 4 + 13 + 4

/**
 * A PNG file with an XMP packet where the XMP specification (part 3, 1.1.5) wants it: in an uncompressed iTXt chunk. libvips writes a compressed zTXt chunk, which several readers do
 * not open.
 */
export function pngWithXmp (file: Buffer, packet: string): Buffer {
  // Keyword; not compressed, method 0; no language, no translated keyword.
  const content = Buffer.concat([Buffer.from('XML:com.adobe.xmp\0', 'latin1'), Buffer.from([0, 0, 0, 0]), Buffer.from(packet, 'utf8')])
  const after = SIGNATURE_BYTES + HEADER_BYTES
  return Buffer.concat([file.subarray(0, after), chunk('iTXt', content), file.subarray(after)])
}

function chunk (name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, checksum])
}
