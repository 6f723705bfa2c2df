import { CHANNELS, type RgbPicture } from './rgb-picture.js'

const WEIGHT = 1 << 11

/**
 * `cv2.resize` with its default, INTER_LINEAR, to the bit: weights of 11 bits, no antialiasing. InsightFace letterboxes with it.
 *
 * Twin: `resize_linear` in training's `encoders/face_detection.py`; golden values are OpenCV's.
 */
export function resizeLinear (picture: RgbPicture, width: number, height: number): RgbPicture {
  if (picture.width === width && picture.height === height) return picture
  const columns = columnsOf(picture.width, width)
  const rows = rowsOf(picture.height, height)
  const rgb = new Uint8Array(CHANNELS * width * height)
  const lines = new LineCache(picture, columns)
  rows.forEach(({ first, second, before, after }, row) => {
    const [upper, lower] = [lines.line(first), lines.line(second)]
    const start = row * CHANNELS * width
    for (let index = 0; index < CHANNELS * width; index++) {
      const sum = ((before * ((upper[index] ?? 0) >> 4)) >> 16) + ((after * ((lower[index] ?? 0) >> 4)) >> 16)
      rgb[start + index] = (sum + 2) >> 2
    }
  })
  return { rgb, width, height }
}

/** Which two pixels of a line a pixel is mixed of, and how. */
interface Mix { first: number, second: number, before: number, after: number }

function columnsOf (source: number, target: number): Mix[] {
  return placesOf(source, target).map(({ whole, share }) => {
    const isBeyond = whole < 0 || whole >= source - 1
    const first = clamped(whole, source)
    return { first, second: Math.min(first + 1, source - 1), ...weightsOf(isBeyond ? 0 : share) }
  })
}

/** Unlike a column beyond the edge, a row there is mixed with itself: the weights stay, and so does their rounding. */
function rowsOf (source: number, target: number): Mix[] {
  return placesOf(source, target).map(({ whole, share }) => ({ first: clamped(whole, source), second: clamped(whole + 1, source), ...weightsOf(share) }))
}

function placesOf (source: number, target: number): { whole: number, share: number }[] {
  const scale = 1 / (target / source)
  return Array.from({ length: target }, (_, index) => {
    const at = Math.fround((index + 0.5) * scale - 0.5)
    const whole = Math.floor(at)
    return { whole, share: Math.fround(at - whole) }
  })
}

function weightsOf (share: number): { before: number, after: number } {
  return { before: roundHalfEven(Math.fround(Math.fround(1 - share) * WEIGHT)), after: roundHalfEven(Math.fround(share * WEIGHT)) }
}

const clamped = (index: number, length: number): number => Math.min(length - 1, Math.max(0, index))

/** As processors round: of two whole numbers that are equally near, the even one. */
export function roundHalfEven (value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1
  return below % 2 === 0 ? below : below + 1
}

/** Lines of the picture that are as wide as the target; two are enough, for rows ascend. */
class LineCache {
  readonly #picture: RgbPicture
  readonly #columns: readonly Mix[]
  readonly #kept = new Map<number, Int32Array>()

  constructor (picture: RgbPicture, columns: readonly Mix[]) {
    this.#picture = picture
    this.#columns = columns
  }

  line (row: number): Int32Array {
    const known = this.#kept.get(row)
    if (known !== undefined) return known
    for (const old of this.#kept.keys()) if (old < row - 1) this.#kept.delete(old)
    const made = this.#stretched(row)
    this.#kept.set(row, made)
    return made
  }

  #stretched (row: number): Int32Array {
    const { rgb, width } = this.#picture
    const start = CHANNELS * width * row
    const line = new Int32Array(CHANNELS * this.#columns.length)
    this.#columns.forEach(({ first, second, before, after }, column) => {
      for (let channel = 0; channel < CHANNELS; channel++) {
        line[CHANNELS * column + channel] = (rgb[start + CHANNELS * first + channel] ?? 0) * before + (rgb[start + CHANNELS * second + channel] ?? 0) * after
      }
    })
    return line
  }
}
