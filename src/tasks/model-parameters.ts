import type { Manifest } from '../artifacts/manifest.js'

/** Parameter counts of a model by part, for the metrics. */
export function modelParameters ({ parameters }: Manifest): { modelParameters: Record<string, number>, totalParameters: number } {
  const { total, dense, sequence_expert: sequenceExpert, ...counts } = parameters
  const flat = Object.entries(counts).flatMap(([part, count]) => typeof count === 'number' ? [[part, count]] : [])
  return {
    totalParameters: total,
    modelParameters: {
      total,
      ...Object.fromEntries(flat),
      dense_generate: dense.generate,
      dense_understand: dense.understand,
      sequence_experts_generate_per_layer: sum(sequenceExpert.generate),
      sequence_experts_understand_per_layer: sum(sequenceExpert.understand)
    }
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
