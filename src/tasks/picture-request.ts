import { codedError } from '../common/errors.js'
import type { GenerateWork } from '../engine/protocol.js'
import type { FaceModel } from './face-model.js'
import { drawSeed } from './seed.js'

/** What can be asked of pictures, whether they are made or edited; what is left out is the model's default. */
export interface PictureRequest {
  prompt: string
  negativePrompt?: string | undefined
  seed?: number | undefined
  numInferenceSteps?: number | undefined
  guidanceScale?: number | undefined
  n?: number | undefined
  /** Previews of each picture on its way; each costs a rendering. */
  previews?: number | undefined
}

/** What was asked for, defaults filled in. */
export interface PictureSettings { seed: number, numInferenceSteps: number, guidanceScale: number, n: number }

/** @throws CodedError setting_out_of_range, negative_prompt_unused */
export function resolveSettings (request: PictureRequest, { manifest: { defaults, limits } }: FaceModel): PictureSettings {
  const settings = {
    seed: request.seed ?? drawSeed(),
    numInferenceSteps: request.numInferenceSteps ?? defaults.num_inference_steps,
    guidanceScale: request.guidanceScale ?? defaults.guidance_scale,
    n: request.n ?? 1
  }
  atMost('num_inference_steps', settings.numInferenceSteps, limits.max_inference_steps)
  atMost('guidance_scale', settings.guidanceScale, limits.max_guidance_scale)
  atMost('n', settings.n, limits.max_images_per_request)
  if (request.negativePrompt !== undefined && settings.guidanceScale === 1) throw codedError('negative_prompt_unused', [])
  return settings
}

function atMost (name: string, value: number, limit: number): void {
  if (value > limit) throw codedError('setting_out_of_range', [name, value, limit], { param: name })
}

/**
 * The engine's work for each picture. Picture i of a seed is the same whatever n is: it draws from row i of the seed's random numbers.
 *
 * @throws CodedError prompt_too_long
 */
export function layOutPictures (request: PictureRequest, settings: PictureSettings, model: FaceModel): GenerateWork[] {
  const { defaults } = model.manifest
  const work: Omit<GenerateWork, 'row'> = {
    kind: 'generate',
    promptTokenIds: prefix(request.prompt, 'prompt', model),
    negativeTokenIds: prefix(request.negativePrompt ?? '', 'negative_prompt', model),
    seed: BigInt(settings.seed),
    numInferenceSteps: settings.numInferenceSteps,
    guidanceScale: settings.guidanceScale,
    temperature: defaults.temperature,
    confidenceTemperature: defaults.confidence_temperature,
    previews: request.previews ?? 0
  }
  return Array.from({ length: settings.n }, (_, row) => ({ ...work, row }))
}

function prefix (text: string, field: string, { tokenizer, layout, manifest: { limits } }: FaceModel): number[] {
  const tokens = tokenizer.encode(text).length
  if (tokens > limits.max_prompt_tokens) throw codedError('prompt_too_long', [tokens, limits.max_prompt_tokens], { param: field })
  return layout.generatePrefix(text)
}
