import type { EngineUsage, ExpertUse } from '../engine/protocol.js'

/** What a request used: the engine's account of each of its pieces of work, put together. */
export type TaskUsage = Omit<EngineUsage, 'timings'>

/**
 * Adds up the usage of the pictures of one request. Tokens, passes and experts are sums; activated and touched parameters are taken over all passes.
 *
 * @param parts at least one
 */
export function mergeUsage (parts: readonly EngineUsage[]): TaskUsage {
  const passes = sum(parts, (part) => part.forwardPasses)
  const meanOver = (value: (part: EngineUsage) => number): number =>
    passes === 0 ? 0 : sum(parts, (part) => value(part) * part.forwardPasses) / passes
  return {
    promptTokens: sum(parts, (part) => part.promptTokens),
    imageTokens: sum(parts, (part) => part.imageTokens),
    originalTokens: sum(parts, (part) => part.originalTokens ?? 0),
    completionTokens: sum(parts, (part) => part.completionTokens),
    cachedTokens: sum(parts, (part) => part.cachedTokens),
    forwardPasses: passes,
    activated: {
      min: Math.min(...parts.map((part) => part.activated.min)),
      max: Math.max(...parts.map((part) => part.activated.max)),
      mean: meanOver((part) => part.activated.mean),
      total: Math.max(...parts.map((part) => part.activated.total))
    },
    touched: {
      min: Math.min(...parts.map((part) => part.touched.min)),
      max: Math.max(...parts.map((part) => part.touched.max)),
      mean: meanOver((part) => part.touched.mean)
    },
    ...mergeExperts(parts.flatMap(({ experts }) => experts ?? []))
  }
}

/** Parts of one request choose among the experts of one group. */
function mergeExperts ([first, ...more]: readonly ExpertUse[]): Pick<TaskUsage, 'experts'> {
  if (first === undefined) return {}
  const experts = more.reduce((merged, { picturePasses, tokenChoices, sequencePasses }) => ({
    group: merged.group,
    picturePasses: merged.picturePasses + picturePasses,
    tokenChoices: added(merged.tokenChoices, tokenChoices),
    sequencePasses: added(merged.sequencePasses, sequencePasses)
  }), first)
  return { experts }
}

function added (one: readonly (readonly number[])[], other: readonly (readonly number[])[]): number[][] {
  return one.map((experts, layer) => experts.map((count, expert) => count + (other[layer]?.[expert] ?? 0)))
}

const sum = (parts: readonly EngineUsage[], value: (part: EngineUsage) => number): number =>
  parts.reduce((total, part) => total + value(part), 0)
