import type { Flow, StepKind } from './step.js'
import type { QueueBounds } from './waiting-queue.js'

export interface SchedulerOptions {
  /** Most rows of one step. A guided picture is two rows of `unmask`. */
  rowLimits: Readonly<Record<StepKind, number>>
  /** Most tokens of one `text` step; a longer text goes alone. */
  prefillTokens: number
  promptSlots: number
  decodeSlots: number
  /** Bound of the picture prefixes that are kept, in bytes. */
  pictureCacheBytes: number
  /** How many pictures' codes and embeddings are kept. */
  encodings: number
  queue: QueueBounds
  /** Parts of the engine's time, above 0, while both flows have work; equal where absent. */
  flowShares?: Readonly<Record<Flow, number>>
}
