import sharp from 'sharp'

/** A PNG of the same face with other bytes: its first pixel says `mark`, so that no cache has seen the picture. */
export async function marked (png: Buffer, mark: number): Promise<Buffer> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  data.writeUIntBE(mark % 0x1000000, 0, 3)
  return await sharp(data, { raw: info }).png().toBuffer()
}
