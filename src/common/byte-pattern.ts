/**
 * A set of texts, told as a pattern over their UTF-8 bytes: plain values, so that it crosses from the process that reads a request to the one that draws tokens.
 *
 * Patterns are made in `text/` (from a list, a regular expression, a JSON schema) and followed in `sampling/`.
 */
export type BytePattern =
  /** These bytes. */
  | { kind: 'bytes', bytes: Uint8Array }
  /** One byte out of these ranges, ends included. */
  | { kind: 'byte', ranges: readonly ByteRange[] }
  /** One part after the other. */
  | { kind: 'sequence', parts: readonly BytePattern[] }
  /** One of them; none where there are no options. */
  | { kind: 'choice', options: readonly BytePattern[] }
  /** The part so many times; `most` is null where there is no bound. */
  | { kind: 'repeat', part: BytePattern, least: number, most: number | null }
  /** A pattern with a name, which may name itself within. */
  | { kind: 'rule', name: string }

export type ByteRange = readonly [first: number, last: number]

/** A pattern with the rules that it names. */
export interface ByteGrammar { root: BytePattern, rules: Readonly<Record<string, BytePattern>> }

/** The text itself. */
export function literally (text: string): BytePattern {
  return { kind: 'bytes', bytes: new TextEncoder().encode(text) }
}

export function sequence (...parts: readonly BytePattern[]): BytePattern {
  return { kind: 'sequence', parts }
}

export function choice (...options: readonly BytePattern[]): BytePattern {
  return { kind: 'choice', options }
}

/** @param most null for any number */
export function repeat (part: BytePattern, least: number, most: number | null): BytePattern {
  return { kind: 'repeat', part, least, most }
}

export function optional (part: BytePattern): BytePattern {
  return repeat(part, 0, 1)
}
