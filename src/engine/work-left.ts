import type { EngineStats } from './protocol.js'
import { CodecSequence, type Sequence, TextSequence } from './sequence.js'
import { workUnits } from './work-units.js'

/** Work units that are left of sequences, by flow and by whether a step has begun to work on them. */
export function workLeft (sequences: Iterable<Sequence>): EngineStats['workLeft'] {
  const left = { generate: { waiting: 0, running: 0 }, understand: { waiting: 0, running: 0 } }
  for (const sequence of sequences) {
    if (!sequence.isAbandoned) left[sequence instanceof TextSequence ? 'understand' : 'generate'][sequence.hasBegun ? 'running' : 'waiting'] += unitsLeft(sequence)
  }
  return left
}

/** Exact for a picture; a text has at most this left. */
function unitsLeft (sequence: Sequence): number {
  const all = workUnits(sequence.work)
  if (sequence instanceof CodecSequence) return all
  if (sequence instanceof TextSequence) {
    // With the first token its picture has been read.
    return sequence.tokenCount === 0 ? all : all - workUnits({ kind: 'understand', maxTokens: sequence.tokenCount })
  }
  return sequence.maskedNow === 0 ? 0 : all - workUnits({ kind: 'generate', numInferenceSteps: sequence.step, guidanceScale: sequence.work.guidanceScale })
}
