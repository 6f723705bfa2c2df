import type { ByteGrammar, BytePattern, ByteRange } from '../common/byte-pattern.js'

/**
 * What is still to come of a pattern: a stack of its parts, the next one on top. Two stacks of the same parts are the same object.
 *
 * `done` counts what has been read of the part: bytes of a literal, parts of a sequence, rounds of a repetition.
 */
interface Stack {
  readonly id: number
  readonly part: BytePattern
  readonly done: number
  readonly below: Stack | undefined
  /** [256], 1 for each byte that it reads next; undefined where it has to be taken apart first. */
  readonly reads: Uint8Array | undefined
}

/** Where a text stands in its pattern. The same places are the same object while they are remembered. */
export interface Place {
  /** Tops of the stacks read a byte each. */
  readonly stacks: readonly Stack[]
  /** The text may end here. */
  readonly mayEnd: boolean
  /** By byte; holes where nobody has looked yet. `null`: no text of the pattern goes on so. */
  readonly next: (Place | null | undefined)[]
  /** By the stacks that read a byte: bytes that the same stacks read lead to the same place. */
  readonly nextByReaders: Map<string, Place | null>
}

/** A pattern has more ways to read a text at once than are followed. */
export interface TooManyWays { ways: number }

const BYTES = 256
/** Ways that are followed at once; a pattern that people mean has a few dozen. */
const MAX_WAYS = 256
/** Stacks that are taken apart to find the ways. */
const MAX_OPENED = 16 * MAX_WAYS
/** Places and stacks that are remembered; past it they are forgotten, and made again where a text comes by. */
const MAX_REMEMBERED = 4096

/**
 * Follows texts through a pattern, byte by byte: the pattern's automaton, built where texts come by.
 *
 * A place is the set of all ways to read what was read (Antimirov's partial derivatives), so nothing is expanded that no text needs: a repetition counts,
 * a rule that names itself is a stack that grows. What is remembered is only a shorter way to the same place.
 */
export class ByteAutomaton {
  readonly #rules: ByteGrammar['rules']
  readonly #root: BytePattern
  readonly #partIds = new Map<BytePattern, number>()
  readonly #tables = new Map<BytePattern, Uint8Array>()
  readonly #stacks = new Map<string, Stack>()
  readonly #places = new Map<string, Place>()
  #stackCount = 0

  constructor ({ root, rules }: ByteGrammar) {
    this.#rules = rules
    this.#root = root
  }

  /** Where a text begins. */
  start (): Place | TooManyWays {
    const ways = new Ways()
    this.#open(this.#push(this.#root, 0, undefined), ways)
    return this.#place(ways)
  }

  /** Where a text stands after one more byte; null when no text of the pattern goes on so. */
  step (place: Place, byte: number): Place | null | TooManyWays {
    const known = place.next[byte]
    if (known !== undefined) return known
    let readers = ''
    place.stacks.forEach(({ reads }, index) => { if (reads?.[byte] === 1) readers += `${index} ` })
    const shared = readers === '' ? null : place.nextByReaders.get(readers)
    const next = shared === undefined ? this.#read(place, byte) : shared
    if (next !== null && 'ways' in next) return next
    place.next[byte] = next
    place.nextByReaders.set(readers, next)
    return next
  }

  /** All stacks of a place that read a byte, one byte further. */
  #read (place: Place, byte: number): Place | null | TooManyWays {
    const ways = new Ways()
    for (const { part, done, below, reads } of place.stacks) {
      if (reads?.[byte] === 1) this.#open(part.kind === 'bytes' ? this.#push(part, done + 1, below) : below, ways)
    }
    return ways.stacks.size === 0 && !ways.mayEnd ? null : this.#place(ways)
  }

  /** Takes the stack apart until each of its ways begins with a byte. */
  #open (stack: Stack | undefined, ways: Ways): void {
    const closed = [stack]
    while (closed.length > 0 && ways.seen.size <= MAX_OPENED) {
      const next = closed.pop()
      if (next === undefined) ways.mayEnd = true
      else if (!ways.seen.has(next.id)) {
        ways.seen.add(next.id)
        if (next.reads !== undefined) ways.stacks.set(next.id, next)
        else closed.push(...this.#taken(next))
      }
    }
  }

  /** The stacks that a stack is one of, a level further down; undefined is the end of the text. */
  #taken ({ part, done, below }: Stack): (Stack | undefined)[] {
    switch (part.kind) {
      case 'byte': return []
      case 'bytes': return [below]
      case 'sequence': {
        const first = part.parts[done]
        if (first === undefined) return [below]
        return [this.#push(first, 0, done + 1 < part.parts.length ? this.#push(part, done + 1, below) : below)]
      }
      case 'choice': return part.options.map((option) => this.#push(option, 0, below))
      case 'repeat': {
        const ended = done >= part.least ? [below] : []
        // Rounds past the bound below are not counted where there is none above: the place is the same.
        const round = part.most === null ? Math.min(done + 1, part.least) : done + 1
        return part.most === null || done < part.most ? [...ended, this.#push(part.part, 0, this.#push(part, round, below))] : ended
      }
      case 'rule': {
        const rule = this.#rules[part.name]
        return rule === undefined ? [] : [this.#push(rule, 0, below)]
      }
    }
  }

  #push (part: BytePattern, done: number, below: Stack | undefined): Stack {
    let partId = this.#partIds.get(part)
    if (partId === undefined) this.#partIds.set(part, partId = this.#partIds.size)
    const key = `${partId} ${done} ${below?.id ?? ''}`
    const known = this.#stacks.get(key)
    if (known !== undefined) return known
    if (this.#stacks.size >= 16 * MAX_REMEMBERED) this.#stacks.clear()
    const stack = { id: this.#stackCount++, part, done, below, reads: this.#readsOf(part, done) }
    this.#stacks.set(key, stack)
    return stack
  }

  #readsOf (part: BytePattern, done: number): Uint8Array | undefined {
    if (part.kind === 'bytes') return done < part.bytes.length ? tableOf([[part.bytes[done] ?? 0, part.bytes[done] ?? 0]]) : undefined
    if (part.kind !== 'byte') return undefined
    const known = this.#tables.get(part) ?? tableOf(part.ranges)
    this.#tables.set(part, known)
    return known
  }

  #place ({ stacks, mayEnd, seen }: Ways): Place | TooManyWays {
    if (stacks.size > MAX_WAYS || seen.size > MAX_OPENED) return { ways: MAX_WAYS }
    const key = `${[...stacks.keys()].sort((a, b) => a - b).join(' ')} ${mayEnd}`
    const known = this.#places.get(key)
    if (known !== undefined) return known
    if (this.#places.size >= MAX_REMEMBERED) this.#forget()
    const place: Place = { stacks: [...stacks.values()], mayEnd, next: new Array(BYTES), nextByReaders: new Map() }
    this.#places.set(key, place)
    return place
  }

  /** Places hold on to each other: those that nobody stands at go only when their ways to the next are cut. */
  #forget (): void {
    for (const { next, nextByReaders } of this.#places.values()) {
      next.fill(undefined)
      nextByReaders.clear()
    }
    this.#places.clear()
  }
}

/** [256], 1 for each byte in the ranges. */
function tableOf (ranges: readonly ByteRange[]): Uint8Array {
  const table = new Uint8Array(BYTES)
  for (const [first, last] of ranges) table.fill(1, first, last + 1)
  return table
}

/** What a step leads to, while it is being collected. */
class Ways {
  readonly stacks = new Map<number, Stack>()
  /** Ids of stacks that were taken apart. */
  readonly seen = new Set<number>()
  mayEnd = false
}
