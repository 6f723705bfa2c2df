import type { Batch } from '../../runtime/batch.js'
import type { ExecutorSizes, PassRouting } from '../executor.js'

/** Reads what a batch's row chose: `token_experts` [B, L, E] and, where the graph has them, `sequence_experts` [B, L, Q]. */
export function readRouting (batch: Batch, row: number, { layers, routedExperts, sequenceExperts }: ExecutorSizes, passes: 'text' | 'picture'): PassRouting {
  const width = layers * routedExperts
  const tokenExperts = batch.int64s('token_experts').read(row * width, width)
  if (passes === 'text') return { tokenExperts }
  const sequenceWidth = layers * sequenceExperts
  return { tokenExperts, sequenceExperts: batch.int64s('sequence_experts').read(row * sequenceWidth, sequenceWidth) }
}
