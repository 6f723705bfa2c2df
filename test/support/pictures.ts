import sharp from 'sharp'

/** A picture of one colour as a PNG file. */
export async function plainPng (background: string, size = 8): Promise<Buffer> {
  return await sharp({ create: { width: size, height: size, channels: 3, background } }).png().toBuffer()
}

/** A picture that is no square. */
export async function widePng (background: string, { width, height }: { width: number, height: number }): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 3, background } }).png().toBuffer()
}

export function dataUrl (file: Uint8Array, mediaType = 'image/png'): string {
  return `data:${mediaType};base64,${Buffer.from(file).toString('base64')}`
}

/** A body and its Content-Type, as a browser would send the form; files are parts with a name. */
export async function formRequest (parts: readonly (readonly [name: string, value: string | Uint8Array])[]): Promise<{ payload: Buffer, headers: Record<string, string> }> {
  const form = new FormData()
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, new Blob([Uint8Array.from(value)]), 'face.png')
  }
  const response = new Response(form)
  return { payload: Buffer.from(await response.arrayBuffer()), headers: { 'content-type': response.headers.get('content-type') ?? '' } }
}

/** A PNG file whose header claims a size; the pixels behind it are two bytes of nonsense. */
export function pngHeader (width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', Buffer.from([0x78, 0x9c])), chunk('IEND', Buffer.alloc(0))])
}

function chunk (type: string, content: Buffer): Buffer {
  const whole = Buffer.alloc(12 + content.length)
  whole.writeUInt32BE(content.length, 0)
  whole.write(type, 4, 'latin1')
  whole.set(content, 8)
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + content.length)), 8 + content.length)
  return whole
}

/** PNG's checksum (ISO 3309), bit by bit. */
function crc32 (bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1))
  }
  return ~crc >>> 0
}
