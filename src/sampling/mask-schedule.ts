/** How a picture is unmasked over its steps. Twin of `training/unif2ace_training/diffusion/mask_schedule.py`. */

/** A product that is a whole number must not lose one to rounding. */
const FLOOR_SLACK = 1e-9

/** Where a picture stands before a step. */
export interface UnmaskProgress {
  /** 0-based; 0 is the first. */
  step: number
  numInferenceSteps: number
  /** Masked codes before the first step. */
  initiallyMasked: number
  /** Masked codes now; at least 1. */
  maskedNow: number
}

/**
 * Codes that stay masked after a step, by the cosine schedule (MaskGIT's and Show-o's).
 *
 * At least one code is revealed a step, and the last leaves none; with more steps than codes a picture is finished early.
 */
export function maskedAfterStep ({ step, numInferenceSteps, initiallyMasked, maskedNow }: UnmaskProgress): number {
  if (step === numInferenceSteps - 1) return 0
  const bySchedule = Math.floor(initiallyMasked * Math.cos(0.5 * Math.PI * (step + 1) / numInferenceSteps) + FLOOR_SLACK)
  return Math.max(0, Math.min(maskedNow - 1, bySchedule))
}

/** Steps that a picture takes: those asked for, or fewer where there are fewer codes to make. */
export function stepsTaken (numInferenceSteps: number, initiallyMasked: number): number {
  let step = 0
  for (let maskedNow = initiallyMasked; maskedNow > 0; step++) maskedNow = maskedAfterStep({ step, numInferenceSteps, initiallyMasked, maskedNow })
  return step
}

/** The confidence temperature at a step: it falls linearly to 0, always from the given one, never compounding (spec §8). */
export function annealedConfidence (confidenceTemperature: number, step: number, numInferenceSteps: number): number {
  return confidenceTemperature * (1 - (step + 1) / numInferenceSteps)
}
