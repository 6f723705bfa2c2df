/**
 * Log-probability of one entry of a row of logits under softmax over the row.
 *
 * In JavaScript because it is wanted seldom and of few rows: choices are scored, texts are drawn inside a graph.
 */
export function logProbability (logits: Float32Array, index: number): number {
  let largest = -Infinity
  for (const logit of logits) largest = Math.max(largest, logit)
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - largest)
  return (logits[index] ?? NaN) - largest - Math.log(sum)
}
