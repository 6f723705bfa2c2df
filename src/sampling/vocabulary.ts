import type { ByteAutomaton, Place, TooManyWays } from './byte-automaton.js'

/** The tokens of a model as texts over bytes. */
export class Vocabulary {
  /** Ids of the text vocabulary are below it. */
  readonly size: number
  /** The token that ends every text. */
  readonly endOfText: number
  readonly #spelling: readonly (Uint8Array | undefined)[]
  readonly #trie: Trie

  /** @param spelling bytes by token id; holes where a token has no text */
  constructor (spelling: readonly (Uint8Array | undefined)[], { size, endOfText }: { size: number, endOfText: number }) {
    this.size = size
    this.endOfText = endOfText
    this.#spelling = spelling
    this.#trie = buildTrie(spelling.slice(0, size))
  }

  /** Bytes of a token; none where it has no text. */
  bytesOf (tokenId: number): Uint8Array {
    return this.#spelling[tokenId] ?? NO_BYTES
  }

  /** 1 for each token that may come next where a text stands in its pattern: [size]. */
  allowedAt (place: Place, automaton: ByteAutomaton): Uint8Array | TooManyWays {
    const allowed = new Uint8Array(this.size)
    if (place.mayEnd) allowed[this.endOfText] = 1
    const { bytes, depths, after, tokenIds } = this.#trie
    /** Where the text stands at each depth of the branch that is walked. */
    const places: Place[] = [place]
    for (let node = 0; node < bytes.length;) {
      const depth = depths[node] ?? 0
      const at = places[depth]
      const next = at === undefined ? null : automaton.step(at, bytes[node] ?? 0)
      if (next === null) {
        node = after[node] ?? bytes.length
        continue
      }
      if ('ways' in next) return next
      places[depth + 1] = next
      for (const tokenId of tokenIds[node] ?? NONE) allowed[tokenId] = 1
      node++
    }
    return allowed
  }
}

/**
 * Tokens by their bytes, every prefix once, in the order in which a walk visits them: so a walk is a loop over arrays.
 *
 * Of a vocabulary of 50,000 tokens it visits some 150,000 nodes for each place that is new.
 */
interface Trie {
  /** The last byte of each node's prefix. */
  bytes: Uint8Array
  /** Bytes before it. */
  depths: Uint16Array
  /** The first node behind all that begin with this one's prefix. */
  after: Int32Array
  /** Tokens that end here; holes where there are none. */
  tokenIds: readonly (readonly number[] | undefined)[]
}

function buildTrie (spelling: readonly (Uint8Array | undefined)[]): Trie {
  const tokens = spelling.flatMap((bytes, tokenId) => bytes === undefined || bytes.length === 0 ? [] : [{ bytes, tokenId }]).sort((a, b) => compare(a.bytes, b.bytes))
  const [bytes, depths, after]: [number[], number[], number[]] = [[], [], []]
  const tokenIds: number[][] = []
  /** Nodes of the token before, by depth. */
  let branch: number[] = []
  let previous: Uint8Array = NO_BYTES
  for (const token of tokens) {
    const shared = sharedLength(previous, token.bytes)
    for (const closed of branch.slice(shared)) after[closed] = bytes.length
    branch = branch.slice(0, shared)
    for (const byte of token.bytes.subarray(shared)) {
      depths.push(branch.length)
      branch.push(bytes.length)
      bytes.push(byte)
    }
    // A token with the same bytes as the one before ends at the same node.
    const end = branch.at(-1) ?? 0
    tokenIds[end] = [...tokenIds[end] ?? [], token.tokenId]
    previous = token.bytes
  }
  for (const closed of branch) after[closed] = bytes.length
  return { bytes: Uint8Array.from(bytes), depths: Uint16Array.from(depths), after: Int32Array.from(after), tokenIds }
}

function compare (a: Uint8Array, b: Uint8Array): number {
  const shared = sharedLength(a, b)
  return shared === Math.min(a.length, b.length) ? a.length - b.length : (a[shared] ?? 0) - (b[shared] ?? 0)
}

function sharedLength (a: Uint8Array, b: Uint8Array): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}

const NO_BYTES = new Uint8Array()
const NONE: readonly number[] = []
