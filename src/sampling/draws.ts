import { STREAM, uniforms } from '../common/rng.js'

/** Whose random numbers: the same for one picture or text, whatever else is in the batch. */
export interface DrawKey {
  /** Unsigned, 64 bits. */
  seed: bigint
  /** Index of the picture or text within its request. */
  row: number
}

/** The numbers of one unmasking step: for each position one draw, and one for the noise of its confidence. */
export function drawsOfStep ({ seed, row }: DrawKey, step: number, positions: number): { token: Float32Array, confidence: Float32Array } {
  return {
    token: uniforms({ seed, row, step, stream: STREAM.imageToken }, positions),
    confidence: uniforms({ seed, row, step, stream: STREAM.confidence }, positions)
  }
}

/** The draw of the text token with this index in its text. */
export function drawOfToken ({ seed, row }: DrawKey, index: number): number {
  const [draw = 0.5] = uniforms({ seed, row, step: index, stream: STREAM.textToken }, 1)
  return draw
}
