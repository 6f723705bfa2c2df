import type { RgbSquare } from './rgb-square.js'

const CHANNELS = 3

/** How much of the upper picture each pixel shows, 0 to 1: none outside of a region, all inside, and in between along the seam. */
export type Opacity = Float32Array

/**
 * The opacity of a region with a soft seam, all of it inside: outside nothing changes.
 *
 * @param region [side × side] 1 inside
 * @param seam width of the seam in pixels; 0 for a hard edge
 */
export function softened (region: Uint8Array, side: number, seam: number): Opacity {
  const distances = distancesFromOutside(region, side, seam + 1)
  return Float32Array.from(distances, (distance) => distance / (seam + 1))
}

/** Lays a picture over another of its size. Where nothing shows of the upper one, the lower one's bytes are kept as they are. */
export function layOver (below: RgbSquare, above: RgbSquare, opacity: Opacity): RgbSquare {
  const rgb = below.rgb.slice()
  opacity.forEach((share, pixel) => {
    if (share === 0) return
    for (let channel = CHANNELS * pixel; channel < CHANNELS * (pixel + 1); channel++) {
      const under = below.rgb[channel] ?? 0
      rgb[channel] = Math.round(under + share * ((above.rgb[channel] ?? 0) - under))
    }
  })
  return { rgb, size: below.size }
}

/** Steps of a king on a chessboard from each pixel to the nearest outside one, at most `limit`. What lies beyond the picture is not outside. */
function distancesFromOutside (region: Uint8Array, side: number, limit: number): Uint8Array {
  const distances = region.map((isInside) => isInside * limit)
  const at = (row: number, column: number): number => row < 0 || row >= side || column < 0 || column >= side ? limit : distances[row * side + column] ?? limit
  const visit = (row: number, column: number, back: number): void => {
    const nearest = Math.min(at(row, column - back), at(row - back, column - 1), at(row - back, column), at(row - back, column + 1))
    distances[row * side + column] = Math.min(at(row, column), nearest + 1)
  }
  for (let row = 0; row < side; row++) for (let column = 0; column < side; column++) visit(row, column, 1)
  for (let row = side - 1; row >= 0; row--) for (let column = side - 1; column >= 0; column--) visit(row, column, -1)
  return distances
}
