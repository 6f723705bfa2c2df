import type { TaskUsage } from './usage.js'

const NONE = { min: 0, max: 0, mean: 0 }

/** Usage of a request that the engine never saw. @param total parameters of the model */
export function nothingUsed (total: number): TaskUsage {
  return { promptTokens: 0, imageTokens: 0, completionTokens: 0, cachedTokens: 0, forwardPasses: 0, activated: { ...NONE, total }, touched: NONE }
}
