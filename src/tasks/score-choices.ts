/** A possible answer with what the model thinks of it. */
export interface ScoredChoice {
  text: string
  /** Normalised over the choices. */
  probability: number
  /** Log-probability of the text as the whole answer. */
  logprob: number
}

/** Softmax over the choices' log-probabilities. */
export function scoreChoices (texts: readonly string[], logprobs: readonly number[]): ScoredChoice[] {
  const largest = Math.max(...logprobs)
  const weights = logprobs.map((logprob) => Math.exp(logprob - largest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return texts.map((text, index) => ({ text, probability: (weights[index] ?? 0) / total, logprob: logprobs[index] ?? -Infinity }))
}
