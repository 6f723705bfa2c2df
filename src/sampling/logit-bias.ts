/** What is added to the logits of a text's next token, besides what the model thinks. */
export interface LogitRules {
  /** By token id. */
  bias: readonly (readonly [tokenId: number, amount: number])[]
  /** Taken off for each time that a token was written. */
  frequencyPenalty: number
  /** Taken off where a token was written at all. */
  presencePenalty: number
}

/** By token id; what is not named gets nothing. */
export type LogitBias = ReadonlyMap<number, number>

/**
 * The sum of a text's rules after the tokens that were written. What was read, the conversation, does not count.
 *
 * @returns undefined where nothing is added
 */
export function logitBiasOf ({ bias, frequencyPenalty, presencePenalty }: LogitRules, written: readonly number[]): LogitBias | undefined {
  const sum = new Map(bias)
  if (frequencyPenalty !== 0 || presencePenalty !== 0) {
    const counts = new Map<number, number>()
    for (const tokenId of written) counts.set(tokenId, (counts.get(tokenId) ?? 0) + 1)
    for (const [tokenId, count] of counts) sum.set(tokenId, (sum.get(tokenId) ?? 0) - count * frequencyPenalty - presencePenalty)
  }
  return sum.size === 0 ? undefined : sum
}
