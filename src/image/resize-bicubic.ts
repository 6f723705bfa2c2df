import { setImmediate } from 'node:timers/promises'
import { CHANNELS, type RgbPicture } from '../faces/rgb-picture.js'

/** Bits behind the point of Pillow's weights for bytes: 32 less 8 of the byte and 2 of headroom. */
const PRECISION_BITS = 32 - 8 - 2
const HALF = 1 << (PRECISION_BITS - 1)
const SUPPORT = 2
/** Steepness of Pillow's cubic. */
const STEEPNESS = -0.5
/** So many products, some ten milliseconds, and others have their turn. */
const PRODUCTS_AT_ONCE = 4_000_000

/** Part of a resized picture. */
export interface Window { left: number, top: number, width: number, height: number }

/**
 * Pillow's `Image.resize` with `BICUBIC`, to the bit: antialiased, first across and then down, rounded to bytes in between. CLIP's preprocessing is defined by it.
 *
 * By hand because libvips reduces with other weights. It gives way to the event loop between rows.
 *
 * @param window what is wanted of the result; the rest is not computed, which of a picture like a line may be very much
 */
export async function resizeBicubic (picture: RgbPicture, width: number, height: number, window: Window = { left: 0, top: 0, width, height }): Promise<RgbPicture> {
  const columns = tapsOf(picture.width, width, window.left, window.width)
  const rows = tapsOf(picture.height, height, window.top, window.height)
  const top = Math.min(...rows.map(({ first }) => first))
  const bottom = Math.max(...rows.map(({ first, weights }) => first + weights.length))
  const wide = await across(picture, columns, { top, bottom })
  return await down(wide, rows.map(({ first, weights }) => ({ first: first - top, weights })))
}

/** Which source pixels a target pixel is made of, and their weights in fixed point. */
interface Taps { first: number, weights: Int32Array }

async function across ({ rgb, width: from }: RgbPicture, taps: readonly Taps[], { top, bottom }: { top: number, bottom: number }): Promise<RgbPicture> {
  const [width, height] = [taps.length, bottom - top]
  const out = new Uint8Array(CHANNELS * width * height)
  await inTurns(height, productsOf(taps), (row) => {
    const start = CHANNELS * from * (top + row)
    let target = CHANNELS * width * row
    for (const { first, weights } of taps) {
      let [red, green, blue] = [HALF, HALF, HALF]
      let at = start + CHANNELS * first
      for (let tap = 0; tap < weights.length; tap++) {
        const weight = weights[tap] ?? 0
        red = (red + (rgb[at] ?? 0) * weight) | 0
        green = (green + (rgb[at + 1] ?? 0) * weight) | 0
        blue = (blue + (rgb[at + 2] ?? 0) * weight) | 0
        at += CHANNELS
      }
      out[target++] = byteOf(red)
      out[target++] = byteOf(green)
      out[target++] = byteOf(blue)
    }
  })
  return { rgb: out, width, height }
}

async function down ({ rgb, width }: RgbPicture, taps: readonly Taps[]): Promise<RgbPicture> {
  const line = CHANNELS * width
  const out = new Uint8Array(line * taps.length)
  const sums = new Int32Array(line)
  await inTurns(taps.length, width * productsOf(taps) / taps.length, (row) => {
    const { first, weights } = taps[row] ?? { first: 0, weights: new Int32Array() }
    sums.fill(HALF)
    weights.forEach((weight, tap) => {
      const start = line * (first + tap)
      for (let index = 0; index < line; index++) sums[index] = ((sums[index] ?? 0) + (rgb[start + index] ?? 0) * weight) | 0
    })
    for (let index = 0; index < line; index++) out[line * row + index] = byteOf(sums[index] ?? 0)
  })
  return { rgb: out, width, height: taps.length }
}

const byteOf = (sum: number): number => Math.min(255, Math.max(0, sum >> PRECISION_BITS))

const productsOf = (taps: readonly Taps[]): number => CHANNELS * taps.reduce((sum, { weights }) => sum + weights.length, 0)

/** @param products of one row */
async function inTurns (rows: number, products: number, work: (row: number) => void): Promise<void> {
  const atOnce = Math.max(1, Math.floor(PRODUCTS_AT_ONCE / products))
  for (let row = 0; row < rows; row++) {
    if (row > 0 && row % atOnce === 0) await setImmediate()
    work(row)
  }
}

/** @param start the first target pixel of `count` */
function tapsOf (from: number, to: number, start: number, count: number): Taps[] {
  // Pillow leaves out a pass that changes nothing.
  if (from === to) return Array.from({ length: count }, (_, index) => ({ first: start + index, weights: Int32Array.of(1 << PRECISION_BITS) }))
  const scale = from / to
  const stretch = Math.max(scale, 1)
  const support = SUPPORT * stretch
  return Array.from({ length: count }, (_, index) => {
    const centre = (start + index + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const end = Math.min(from, Math.trunc(centre + support + 0.5))
    const shares = Array.from({ length: end - first }, (_, tap) => cubic((tap + first - centre + 0.5) * (1 / stretch)))
    const sum = shares.reduce((total, share) => total + share, 0)
    return { first, weights: Int32Array.from(shares, (share) => fixedPoint(sum === 0 ? share : share / sum)) }
  })
}

function cubic (place: number): number {
  const x = Math.abs(place)
  if (x < 1) return ((STEEPNESS + 2) * x - (STEEPNESS + 3)) * x * x + 1
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * STEEPNESS : 0
}

/** Rounded away from zero where it is half-way. */
function fixedPoint (share: number): number {
  const scaled = share * (1 << PRECISION_BITS)
  return Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
}
