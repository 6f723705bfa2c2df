/**
 * The printable stand-ins for the 256 byte values that byte-level BPE vocabularies are written in (GPT-2's table).
 *
 * Bytes that are printable in Latin-1 stand for themselves; the others are moved to U+0100 and up, in order.
 */

const PRINTABLE_RANGES: ReadonlyArray<readonly [number, number]> = [[0x21, 0x7e], [0xa1, 0xac], [0xae, 0xff]]
const FIRST_STAND_IN = 0x100

/** Character of a vocabulary entry → the byte that it stands for. */
export const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = buildAlphabet()

/**
 * The bytes that a vocabulary entry of a byte-level BPE stands for.
 *
 * @returns undefined when the entry holds a character outside the alphabet, as special tokens do.
 */
export function bytesOfEntry (entry: string): Uint8Array | undefined {
  const bytes = Array.from(entry, (character) => BYTE_OF_CHARACTER.get(character))
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : undefined
}

function buildAlphabet (): Map<string, number> {
  const alphabet = new Map<string, number>()
  let standIns = 0
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = PRINTABLE_RANGES.some(([first, last]) => byte >= first && byte <= last)
    const character = isPrintable ? byte : FIRST_STAND_IN + standIns++
    alphabet.set(String.fromCodePoint(character), byte)
  }
  return alphabet
}
