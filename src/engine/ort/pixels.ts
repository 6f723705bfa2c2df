import type { EncoderInput } from '../../artifacts/manifest.js'

const CHANNELS = 3
const LEVELS = 256

/** Turns pictures into what an encoder takes: planes of normalised float32, `(byte / 255 − mean) / std` of each channel. */
export class PixelNormaliser {
  readonly #size: number
  /** The normalised value of each byte, by channel. */
  readonly #levels: readonly Float32Array[]

  constructor ({ size, mean, std }: EncoderInput) {
    this.#size = size
    this.#levels = mean.map((centre, channel) => Float32Array.from({ length: LEVELS }, (_, byte) => (byte / (LEVELS - 1) - centre) / (std[channel] ?? 1)))
  }

  /** Bytes of a picture: size × size RGB, row by row. */
  get bytes (): number {
    return CHANNELS * this.#size ** 2
  }

  /** Writes a picture as [3, size, size] from an offset on. */
  write (rgb: Uint8Array, planes: Float32Array, offset: number): void {
    const pixels = this.#size ** 2
    this.#levels.forEach((levels, channel) => {
      const start = offset + channel * pixels
      for (let pixel = 0; pixel < pixels; pixel++) planes[start + pixel] = levels[rgb[CHANNELS * pixel + channel] ?? 0] ?? 0
    })
  }
}
