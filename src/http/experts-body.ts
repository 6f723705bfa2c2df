import { SEQUENCE_EXPERTS } from '../artifacts/sequence-experts.js'
import type { ExpertUse } from '../engine/protocol.js'
import type { ExpertsBody } from './schemas/experts.js'

/** Which experts were chosen, with the parts that they had in it. */
export function expertsBody ({ group, picturePasses, tokenChoices, sequencePasses }: ExpertUse): ExpertsBody {
  const kinds = SEQUENCE_EXPERTS[group]
  return {
    group,
    source: 'measured',
    picture_passes: picturePasses,
    layers: tokenChoices.map((choices, layer) => {
      const all = choices.reduce((sum, count) => sum + count, 0)
      return {
        layer,
        token_level: choices.map((count, expert) => ({ expert, choices: count, share: part(count, all) })),
        sequence_level: kinds.map((kind, expert) => {
          const passes = sequencePasses[layer]?.[expert] ?? 0
          return { expert, kind, passes, share: part(passes, picturePasses) }
        })
      }
    })
  }
}

const part = (count: number, all: number): number => all === 0 ? 0 : count / all
