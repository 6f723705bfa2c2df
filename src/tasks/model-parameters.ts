import type { Manifest } from '../artifacts/manifest.js'
import type { ExpertParameters } from '../telemetry/metrics.js'

/** Parameter counts of a model by part, for the metrics. */
export function modelParameters ({ parameters, sizes }: Manifest): { modelParameters: Record<string, number>, totalParameters: number, expertParameters: ExpertParameters[] } {
  const { total, dense, sequence_expert: sequenceExpert, ...counts } = parameters
  const flat = Object.entries(counts).flatMap(([part, count]) => typeof count === 'number' ? [[part, count]] : [])
  return {
    totalParameters: total,
    expertParameters: TASKS.flatMap(({ task, group }) => [
      ...Array.from({ length: sizes.routed_experts }, (_, expert): ExpertParameters => ({ level: 'token', task, expert: String(expert), parameters: parameters.routed_expert })),
      ...sequenceExpert[group].map((count, expert): ExpertParameters => ({ level: 'sequence', task, expert: String(expert), parameters: count }))
    ]),
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

/** Which group of experts a task chooses among. */
const TASKS = [{ task: 'generate', group: 'generate' }, { task: 'caption', group: 'understand' }, { task: 'answer', group: 'understand' }] as const

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
