/** A picture of any size: 8-bit RGB, row-major, interleaved. */
export interface RgbPicture {
  rgb: Uint8Array
  width: number
  height: number
}

export const CHANNELS = 3
