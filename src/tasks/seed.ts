import { randomBytes } from 'node:crypto'

/** Bits of a drawn seed: every integer of so many bits survives JSON in any language. */
const SEED_BITS = 53n

/** A seed for a request that named none. */
export function drawSeed (): number {
  return Number(randomBytes(8).readBigUInt64BE() >> (64n - SEED_BITS))
}
