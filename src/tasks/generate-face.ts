import { codedError } from '../common/errors.js'
import type { EngineUsage, GenerateWork } from '../engine/protocol.js'
import { workUnits } from '../engine/work-units.js'
import { encodeImage } from '../image/encode-image.js'
import type { WritableFormat } from '../image/image-format.js'
import type { FaceModel } from './face-model.js'
import { runWork } from './observe.js'
import { drawSeed } from './seed.js'
import { reserveUnits } from './reserve-units.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import { mergeUsage, type TaskUsage } from './usage.js'

/** A wish for pictures; what is left out is the model's default. */
export interface GenerateRequest {
  prompt: string
  negativePrompt?: string | undefined
  seed?: number | undefined
  numInferenceSteps?: number | undefined
  guidanceScale?: number | undefined
  n?: number | undefined
  format: WritableFormat
  /** Who wants to know how far each picture is, and after how many steps: each report costs the rendering of a preview. */
  progress?: { everySteps: number, report: (progress: PictureProgress) => void } | undefined
}

/** So many of a picture's steps are done. `picture` counts from 0. */
export interface PictureProgress { picture: number, step: number, steps: number }

/** Pictures made, as files. */
export interface GeneratedFaces {
  pictures: Buffer[]
  format: WritableFormat
  /** Side of each picture in pixels. */
  size: number
  seed: number
  numInferenceSteps: number
  guidanceScale: number
  usage: TaskUsage
}

interface Settings { seed: number, numInferenceSteps: number, guidanceScale: number, n: number }

/**
 * Makes the pictures that a prompt asks for, all of a request at the same time.
 *
 * Picture i of a seed is the same whatever n is: it draws from row i of the seed's random numbers.
 *
 * @throws CodedError prompt_too_long, setting_out_of_range, negative_prompt_unused, queue_full, and whatever ends the engine's work
 */
export async function generateFaces (dependencies: TaskDependencies, request: GenerateRequest, context: TaskContext): Promise<GeneratedFaces> {
  const settings = resolveSettings(request, dependencies.model)
  const works = layOut(request, settings, dependencies.model)
  reserveUnits(context.ticket, works.reduce((sum, work) => sum + workUnits(work), 0))
  // One picture that fails ends the others: the answer cannot be given any more.
  const failure = new AbortController()
  const together = { ...context, signal: AbortSignal.any([context.signal, failure.signal]) }
  try {
    const made = await Promise.all(works.map((work) => makePicture(dependencies, work, request, together)))
    const { numInferenceSteps, guidanceScale, seed } = settings
    return {
      pictures: made.map(({ picture }) => picture),
      format: request.format,
      size: dependencies.model.manifest.sizes.image_size,
      seed,
      numInferenceSteps,
      guidanceScale,
      usage: mergeUsage(made.map(({ usage }) => usage))
    }
  } catch (error) {
    failure.abort(error)
    throw error
  }
}

function resolveSettings (request: GenerateRequest, { manifest: { defaults, limits } }: FaceModel): Settings {
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

function layOut (request: GenerateRequest, settings: Settings, model: FaceModel): GenerateWork[] {
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
    previewEverySteps: request.progress?.everySteps ?? 0
  }
  return Array.from({ length: settings.n }, (_, row) => ({ ...work, row }))
}

function prefix (text: string, field: string, { tokenizer, layout, manifest: { limits } }: FaceModel): number[] {
  const tokens = tokenizer.encode(text).length
  if (tokens > limits.max_prompt_tokens) throw codedError('prompt_too_long', [tokens, limits.max_prompt_tokens], { param: field })
  return layout.generatePrefix(text)
}

async function makePicture (dependencies: TaskDependencies, work: GenerateWork, request: GenerateRequest, context: TaskContext): Promise<{ picture: Buffer, usage: EngineUsage }> {
  let picture: Promise<Buffer> | undefined
  for await (const event of runWork(dependencies, work, { ...context, delivery: 'whole' })) {
    if (event.type === 'preview') request.progress?.report({ picture: work.row, step: event.step, steps: event.steps })
    if (event.type === 'image') picture = encodeImage(event, request.format)
    if (event.type === 'finished' && picture !== undefined) return { picture: await picture, usage: event.usage }
  }
  throw codedError('internal_error', ['the engine finished without a picture'])
}
