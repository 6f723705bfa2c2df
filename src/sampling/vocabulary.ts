import type { ByteAutomaton, Place, TooManyWays } from './byte-automaton.js'

/** Tokens by their bytes: one node a prefix. */
interface Node {
  readonly children: Map<number, Node>
  /** Tokens that end here. */
  readonly tokenIds: number[]
}

/** The tokens of a model as texts over bytes. */
export class Vocabulary {
  /** Ids of the text vocabulary are below it. */
  readonly size: number
  /** The token that ends every text. */
  readonly endOfText: number
  readonly #spelling: readonly (Uint8Array | undefined)[]
  readonly #root: Node = { children: new Map(), tokenIds: [] }

  /** @param spelling bytes by token id; holes where a token has no text */
  constructor (spelling: readonly (Uint8Array | undefined)[], { size, endOfText }: { size: number, endOfText: number }) {
    this.size = size
    this.endOfText = endOfText
    this.#spelling = spelling
    spelling.forEach((bytes, tokenId) => { if (bytes !== undefined && bytes.length > 0 && tokenId < size) this.#add(bytes, tokenId) })
  }

  /** Bytes of a token; none where it has no text. */
  bytesOf (tokenId: number): Uint8Array {
    return this.#spelling[tokenId] ?? NO_BYTES
  }

  /** 1 for each token that may come next where a text stands in its pattern: [size]. */
  allowedAt (place: Place, automaton: ByteAutomaton): Uint8Array | TooManyWays {
    const allowed = new Uint8Array(this.size)
    if (place.mayEnd) allowed[this.endOfText] = 1
    const open: [Node, Place][] = [[this.#root, place]]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [node, at] = next
      for (const tokenId of node.tokenIds) allowed[tokenId] = 1
      for (const [byte, child] of node.children) {
        const after = automaton.step(at, byte)
        if (after === null) continue
        if ('ways' in after) return after
        open.push([child, after])
      }
    }
    return allowed
  }

  #add (bytes: Uint8Array, tokenId: number): void {
    let node = this.#root
    for (const byte of bytes) {
      let child = node.children.get(byte)
      if (child === undefined) node.children.set(byte, child = { children: new Map(), tokenIds: [] })
      node = child
    }
    node.tokenIds.push(tokenId)
  }
}

const NO_BYTES = new Uint8Array()
