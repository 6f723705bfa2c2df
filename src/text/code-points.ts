import { type ByteRange, type BytePattern, choice, sequence } from '../common/byte-pattern.js'

/** Characters by their code points, ends included; sorted, without overlaps. */
export type CodePoints = readonly CodePointRange[]
export type CodePointRange = readonly [first: number, last: number]

const LAST = 0x10ffff
/** Halves of UTF-16 pairs are no characters: UTF-8 does not write them. */
const SURROGATES: CodePointRange = [0xd800, 0xdfff]
export const ANY_CHARACTER: CodePoints = except([[0, LAST]], [SURROGATES])
/** Largest code points of 1, 2, 3 and 4 bytes. */
const LENGTH_BOUNDS: readonly number[] = [0x7f, 0x7ff, 0xffff, LAST]
const BITS_OF_CONTINUATION = 6
const CONTINUATION_MASK = 0x3f

/** Sorted, without overlaps, and without what is no character. */
export function codePoints (ranges: readonly CodePointRange[]): CodePoints {
  const sorted = ranges.filter(([first, last]) => first <= last).sort(([a], [b]) => a - b)
  const joined: [number, number][] = []
  for (const [first, last] of sorted) {
    const previous = joined.at(-1)
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last)
    else joined.push([first, last])
  }
  return except(joined, [SURROGATES])
}

/** The first without the second. */
export function except (ranges: CodePoints, without: CodePoints): CodePoints {
  return without.reduce<CodePoints>((rest, [from, to]) => rest.flatMap(([first, last]): CodePointRange[] => {
    const parts: CodePointRange[] = [[first, Math.min(last, from - 1)], [Math.max(first, to + 1), last]]
    return to < first || from > last ? [[first, last]] : parts.filter(([start, end]) => start <= end)
  }), ranges)
}

/** All characters but these. */
export function others (ranges: CodePoints): CodePoints {
  return except(ANY_CHARACTER, ranges)
}

/** One character of these, in UTF-8. */
export function oneCharacter (ranges: CodePoints): BytePattern {
  const single: ByteRange[] = []
  const longer: BytePattern[] = []
  for (const bytes of ranges.flatMap(byteSequences)) {
    const [only] = bytes
    if (bytes.length === 1 && only !== undefined) single.push(only)
    else longer.push(sequence(...bytes.map((range): BytePattern => ({ kind: 'byte', ranges: [range] }))))
  }
  return choice(...(single.length === 0 ? [] : [{ kind: 'byte', ranges: single } as const]), ...longer)
}

/** The UTF-8 of a range as products of byte ranges. */
function byteSequences ([first, last]: CodePointRange): ByteRange[][] {
  const bound = LENGTH_BOUNDS.find((length) => first <= length) ?? LAST
  if (last > bound) return [...byteSequences([first, bound]), ...byteSequences([bound + 1, last])]
  // A range that does not begin or end with a whole block of its last bytes is cut there.
  for (let bits = BITS_OF_CONTINUATION; bits < BITS_OF_CONTINUATION * LENGTH_BOUNDS.indexOf(bound) + 1; bits += BITS_OF_CONTINUATION) {
    const mask = (1 << bits) - 1
    if ((first & ~mask) === (last & ~mask)) continue
    if ((first & mask) !== 0) return [...byteSequences([first, first | mask]), ...byteSequences([(first | mask) + 1, last])]
    if ((last & mask) !== mask) return [...byteSequences([first, (last & ~mask) - 1]), ...byteSequences([last & ~mask, last])]
  }
  const [from, to] = [utf8(first), utf8(last)]
  return [from.map((byte, index): ByteRange => [byte, to[index] ?? byte])]
}

/** By hand: the block borders of a range need not be characters that an encoder takes. */
function utf8 (codePoint: number): number[] {
  const continuations = LENGTH_BOUNDS.findIndex((bound) => codePoint <= bound)
  if (continuations === 0) return [codePoint]
  const lead = (0xff00 >> continuations + 1) & 0xff
  const at = (place: number): number => (codePoint >> BITS_OF_CONTINUATION * place) & CONTINUATION_MASK
  return [lead | (codePoint >> BITS_OF_CONTINUATION * continuations), ...Array.from({ length: continuations }, (_, index) => 0x80 | at(continuations - 1 - index))]
}
