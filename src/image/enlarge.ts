import type { RgbSquare } from './rgb-square.js'

const CHANNELS = 3

/**
 * A picture scaled up by a whole number, bicubically (Catmull-Rom): it has more pixels, and no more detail. Once is the picture itself.
 *
 * By hand because libvips lays the larger picture half a pixel to the left and upwards, which a picture that is laid over another cannot have.
 */
export function enlarge (picture: RgbSquare, side: number): RgbSquare {
  const { rgb, size } = picture
  if (side === size) return picture
  const factor = side / size
  if (!Number.isInteger(factor)) throw new Error(`${side} is no multiple of ${size}`)
  const phases = Array.from({ length: factor }, (_, index) => phaseOf((index + 0.5) / factor - 0.5))
  const own = Float32Array.from(rgb)
  const wide = new Float32Array(size * side * CHANNELS)
  for (let row = 0; row < size; row++) stretch({ from: own, to: wide, lines: size, start: row * size * CHANNELS, target: row * side * CHANNELS, width: CHANNELS }, phases)
  const tall = new Float32Array(side * side * CHANNELS)
  stretch({ from: wide, to: tall, lines: size, start: 0, target: 0, width: side * CHANNELS }, phases)
  return { rgb: new Uint8Array(Uint8ClampedArray.from(tall).buffer), size: side }
}

/** Where the target pixels of one position within a source pixel lie: their first source pixel, relative, and the weights from there on. */
interface Phase { first: number, weights: readonly number[] }

/** @param offset from the middle of the source pixel, within half a pixel of it */
function phaseOf (offset: number): Phase {
  const nearest = Math.floor(offset)
  const x = offset - nearest
  const weights = [-x + 2 * x ** 2 - x ** 3, 2 - 5 * x ** 2 + 3 * x ** 3, x + 4 * x ** 2 - 3 * x ** 3, -(x ** 2) + x ** 3]
  return { first: nearest - 1, weights: weights.map((weight) => weight / 2) }
}

/** Lines of `width` numbers each, to as many times more as there are phases. */
interface Stretch { from: Float32Array, to: Float32Array, lines: number, start: number, target: number, width: number }

/** Beyond the edges the last line goes on. */
function stretch ({ from, to, lines, start, target, width }: Stretch, phases: readonly Phase[]): void {
  const lineAt = (line: number): number => start + width * Math.min(lines - 1, Math.max(0, line))
  let at = target
  for (let line = 0; line < lines; line++) {
    for (const { first, weights: [a = 0, b = 0, c = 0, d = 0] } of phases) {
      const [p, q, r, s] = [lineAt(line + first), lineAt(line + first + 1), lineAt(line + first + 2), lineAt(line + first + 3)]
      for (let index = 0; index < width; index++) to[at++] = a * (from[p + index] ?? 0) + b * (from[q + index] ?? 0) + c * (from[r + index] ?? 0) + d * (from[s + index] ?? 0)
    }
  }
}
