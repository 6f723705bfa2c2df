import type { ExpertUse, RoutingDump } from '../../src/engine/protocol.js'

/** What passes chose all together, by their routing dumps; undefined for none. */
export function routingSums (passes: readonly RoutingDump[]): ExpertUse | undefined {
  const [first] = passes
  if (first === undefined) return undefined
  const ofPictures = passes.flatMap(({ sequenceExperts }) => sequenceExperts === undefined ? [] : [sequenceExperts])
  const none = first.tokenExperts.map(() => [0, 0, 0, 0])
  return {
    group: first.group,
    picturePasses: ofPictures.length,
    tokenChoices: passes.map(({ tokenExperts }) => tokenExperts).reduce(added),
    sequencePasses: ofPictures.reduce(added, none)
  }
}

function added (one: number[][], other: number[][]): number[][] {
  return one.map((experts, layer) => experts.map((count, expert) => count + (other[layer]?.[expert] ?? 0)))
}
