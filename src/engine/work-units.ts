import type { CodecWork, GenerateWork, UnderstandWork } from './protocol.js'

/** What the cost of work depends on. */
export type WorkExtent =
  | Pick<GenerateWork, 'kind' | 'numInferenceSteps' | 'guidanceScale' | 'given'>
  | Pick<UnderstandWork, 'kind' | 'maxTokens'>
  | { kind: CodecWork['kind'] }

/** Share of a unit that one written token costs: it moves one token, where an unmasking row moves a whole picture of them. */
export const UNITS_PER_TOKEN = 1 / 8
/** Reading a picture (encoders and prefix) costs about two rows. */
export const UNITS_PER_PICTURE_READ = 2
/** Pixels of codes cost less than a row; nothing that waits costs nothing. */
const UNITS_PER_RENDERING = 1

/** What work costs: one unit is one row through one unmasking step. Exact for a picture; a text costs at most this. */
export function workUnits (work: WorkExtent): number {
  switch (work.kind) {
    case 'generate': return work.numInferenceSteps * (work.guidanceScale === 1 ? 1 : 2) + (work.given !== undefined && 'picture' in work.given ? UNITS_PER_PICTURE_READ : 0)
    case 'understand': return UNITS_PER_PICTURE_READ + work.maxTokens * UNITS_PER_TOKEN
    case 'encode': return UNITS_PER_PICTURE_READ
    case 'render': return UNITS_PER_RENDERING
  }
}
