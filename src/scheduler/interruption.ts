/** A step under way in which somebody has lost interest. */
export interface StepUnderWay {
  /** Rows of the step. */
  rows: number
  /** Rows whose sequence has been aborted. */
  abandonedRows: number
  elapsedMs: number
  /** What such a step is expected to take; undefined when none has been seen yet. */
  expectedMs: number | undefined
  /** Steps with these other rows that were stopped since the last one that was done. */
  interruptions: number
}

/** Steps in a row that may be stopped under rows that still want their results. */
const MAX_INTERRUPTIONS = 1

/**
 * Whether to stop a step of which some rows are not wanted any more.
 *
 * Stopping costs the other rows what has been done so far, and saves them the share of the abandoned ones when they run again: it is right where that share is the larger one.
 * After one such stop the next step is left to finish, so that callers who come and go cannot hold the others up.
 */
export function shouldInterrupt ({ rows, abandonedRows, elapsedMs, expectedMs, interruptions }: StepUnderWay): boolean {
  if (abandonedRows === rows) return true
  if (expectedMs === undefined || interruptions >= MAX_INTERRUPTIONS) return false
  return abandonedRows / rows > elapsedMs / expectedMs
}
