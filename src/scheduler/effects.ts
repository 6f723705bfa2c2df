import type { Effects } from './step.js'

export const NO_EFFECTS: Effects = { moves: [], droppedPrefixes: [], droppedEncodings: [] }

/** Effects one after the other, as one. */
export function together (effects: readonly Effects[]): Effects {
  return {
    moves: effects.flatMap(({ moves }) => moves),
    droppedPrefixes: effects.flatMap(({ droppedPrefixes }) => droppedPrefixes),
    droppedEncodings: effects.flatMap(({ droppedEncodings }) => droppedEncodings)
  }
}
