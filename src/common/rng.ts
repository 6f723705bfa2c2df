/**
 * Philox4x32-10: uniform numbers that depend on nothing but their key and counter (Salmon et al., SC 2011).
 *
 * So what a request draws does not depend on what else is in the batch, nor on the order in which rows are visited.
 * Twin of `training/unif2ace_training/common/rng.py`; golden fixtures pin both.
 *
 *   key     = (seed & 0xffffffff, seed >> 32)
 *   counter = (block, stream, step, row); uniform number i is word i % 4 of block i / 4
 *   uniform = ((word >>> 9) + 0.5) * 2^-23, exact in float32 and never 0 or 1
 */

/** What the numbers are for: each use has a stream of its own. */
export const STREAM = {
  /** Draw of a picture's codes; number i belongs to position i. */
  imageToken: 0,
  /** Gumbel noise of the confidence; number i belongs to position i. */
  confidence: 1,
  /** Draw of a text token; the step is the token's index in the answer. */
  textToken: 2,
  /** Which codes of a picture that is edited are made anew; number i belongs to position i. */
  remake: 3
} as const

/** Where in the generator's space a run of uniforms lies. */
export interface UniformsAt {
  /** Unsigned, 64 bits. */
  seed: bigint
  stream: number
  /** Unmasking step, or index of the token in the answer. */
  step: number
  /** Index of the picture or answer within its request. */
  row: number
}

type Words = [number, number, number, number]

const MULTIPLIERS = [0xD2511F53, 0xCD9E8D57] as const
const WEYL = [0x9E3779B9, 0xBB67AE85] as const
const ROUNDS = 10

/** The first `count` uniforms in (0, 1) at a place. */
export function uniforms ({ seed, stream, step, row }: UniformsAt, count: number): Float32Array {
  const key = [Number(seed & 0xffffffffn), Number((seed >> 32n) & 0xffffffffn)] as const
  const numbers = new Float32Array(count)
  for (let block = 0; 4 * block < count; block++) {
    const words = philox4x32([block, stream, step, row], key)
    words.slice(0, count - 4 * block).forEach((word, index) => { numbers[4 * block + index] = ((word >>> 9) + 0.5) * 2 ** -23 })
  }
  return numbers
}

/** Ten rounds of Philox on one counter; all words are unsigned 32-bit integers. */
export function philox4x32 (counter: Words, key: readonly [number, number]): Words {
  let [a, b, c, d] = counter
  let [low, high] = key
  for (let round = 0; round < ROUNDS; round++) {
    const [x, y] = [multiply(a, MULTIPLIERS[0]), multiply(c, MULTIPLIERS[1])];
    [a, b, c, d] = [(y.high ^ b ^ low) >>> 0, y.low, (x.high ^ d ^ high) >>> 0, x.low]
    low = (low + WEYL[0]) >>> 0
    high = (high + WEYL[1]) >>> 0
  }
  return [a, b, c, d]
}

/** The 64-bit product of two unsigned 32-bit integers in halves: a double holds 53 bits, so it is put together from 16-bit parts. */
function multiply (x: number, y: number): { high: number, low: number } {
  const xLow = x & 0xffff
  const xHigh = x >>> 16
  const yLow = y & 0xffff
  const yHigh = y >>> 16
  const lowest = xLow * yLow
  const middle = xHigh * yLow + (lowest >>> 16) // below 2^32
  const crossed = xLow * yHigh + (middle & 0xffff) // below 2^32
  return { high: (xHigh * yHigh + Math.floor(middle / 0x10000) + Math.floor(crossed / 0x10000)) >>> 0, low: Math.imul(x, y) >>> 0 }
}
