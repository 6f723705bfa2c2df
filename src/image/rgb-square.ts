/** A square picture as the engine gives it: 8-bit RGB, row-major, interleaved. */
export interface RgbSquare {
  rgb: Uint8Array
  /** Side in pixels. */
  size: number
}
