/**
 * What a request costs, in work units: one unit is one picture row through one unmasking step.
 *
 * The cost of a picture is exact before it begins (steps × rows). A text costs at most its token limit; a decode step moves one token instead of a
 * whole picture of tokens and shares the weights with the other rows, so a fixed share of a unit is taken for it.
 */

/** Share of a unit that one decoded token costs. */
const UNITS_PER_TOKEN = 1 / 8

/** Reading a picture (encoders and prefix) costs about two rows. */
const UNITS_PER_PICTURE_READ = 2

/** Units of making n pictures; a guided picture is two rows. */
export function generationUnits (picture: { n: number, numInferenceSteps: number, guidanceScale: number }): number {
  const rows = picture.guidanceScale === 1 ? 1 : 2
  return picture.n * picture.numInferenceSteps * rows
}

/** Units of reading a picture and writing at most so many tokens about it. */
export function understandingUnits (text: { maxTokens: number }): number {
  return UNITS_PER_PICTURE_READ + text.maxTokens * UNITS_PER_TOKEN
}
