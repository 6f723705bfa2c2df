/** When a text has come to its end. */

/** What ends a text. */
export interface StopRules {
  /** Ids that end it without being part of it. */
  stopTokenIds: ReadonlySet<number>
  /** Most tokens of it. */
  maxTokens: number
}

/** What a drawn token does to its text. */
export type TokenVerdict =
  /** It belongs to the text, and more may follow. */
  | 'continue'
  /** It belongs to the text and is the last that is allowed. */
  | 'length'
  /** It is not part of the text: the text ended before it. */
  | 'stop'

/** Judges a drawn token; `written` tokens were there before it. */
export function judgeToken (tokenId: number, written: number, { stopTokenIds, maxTokens }: StopRules): TokenVerdict {
  if (stopTokenIds.has(tokenId)) return 'stop'
  return written + 1 >= maxTokens ? 'length' : 'continue'
}
