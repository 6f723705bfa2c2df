import type { Manifest } from '../artifacts/manifest.js'
import { codedError } from '../common/errors.js'
import type { ImageBody, ImagesResponse } from './schemas/images.js'

/** A quality as it is answered. */
export type Quality = NonNullable<ImagesResponse['quality']>

/** Steps of each quality, by the model's default; none is above what the model takes. */
const STEPS: Record<Quality, (byDefault: number, most: number) => number> = {
  low: (byDefault) => Math.ceil(byDefault / 2),
  medium: (byDefault) => byDefault,
  high: (byDefault) => 2 * byDefault,
  xhigh: (byDefault) => 4 * byDefault,
  max: (_, most) => most
}

/** Names of older models for the same. */
const SAME_AS = { auto: 'medium', standard: 'medium', hd: 'high' } as const

/**
 * Unmasking steps that a body asks for, by their number or by a quality.
 *
 * @returns no quality where the number was given
 * @throws options_conflict where both were
 */
export function stepsOf ({ quality = 'auto', num_inference_steps: steps }: Pick<ImageBody, 'quality' | 'num_inference_steps'>, { defaults, limits }: Pick<Manifest, 'defaults' | 'limits'>): { steps: number, quality?: Quality } {
  if (steps !== undefined) {
    if (quality !== 'auto') throw codedError('options_conflict', ['quality', 'num_inference_steps', 'a quality is a number of steps'], { param: 'quality' })
    return { steps }
  }
  const level = quality === 'auto' || quality === 'standard' || quality === 'hd' ? SAME_AS[quality] : quality
  return { steps: Math.min(limits.max_inference_steps, STEPS[level](defaults.num_inference_steps, limits.max_inference_steps)), quality: level }
}
