import type { GenerateWork, UnderstandWork } from './protocol.js'

/** What the cost of work depends on. */
export type WorkExtent =
  | Pick<GenerateWork, 'kind' | 'numInferenceSteps' | 'guidanceScale' | 'given'>
  | Pick<UnderstandWork, 'kind' | 'maxTokens'>

/** Share of a unit that one written token costs: it moves one token, where an unmasking row moves a whole picture of them. */
export const UNITS_PER_TOKEN = 1 / 8
/** Reading a picture (encoders and prefix) costs about two rows. */
export const UNITS_PER_PICTURE_READ = 2

/** What work costs: one unit is one row through one unmasking step. Exact for a picture; a text costs at most this. */
export function workUnits (work: WorkExtent): number {
  if (work.kind === 'generate') return work.numInferenceSteps * (work.guidanceScale === 1 ? 1 : 2) + (work.given !== undefined && 'picture' in work.given ? UNITS_PER_PICTURE_READ : 0)
  return UNITS_PER_PICTURE_READ + work.maxTokens * UNITS_PER_TOKEN
}
