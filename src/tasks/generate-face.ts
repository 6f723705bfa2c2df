import type { Receipt } from '../artifacts/receipt.js'
import { workUnits } from '../engine/work-units.js'
import type { WritableFormat } from '../image/image-format.js'
import { refusePrompts } from './apply-policy.js'
import { developPlain, drawAll, type Drawing, type FileWish } from './draw-pictures.js'
import { layOutPictures, type PictureRequest, resolveSettings } from './picture-request.js'
import { drawingReceipt } from './receipts.js'
import { reserveUnits } from './reserve-units.js'
import { signed } from './sign-pictures.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import type { TaskUsage } from './usage.js'

/** A wish for pictures as files. */
export interface GenerateRequest extends Omit<PictureRequest, 'previews'> {
  format: WritableFormat
  /** Who wants to know how far each picture is, and how often: each report costs the rendering of a preview. */
  progress?: { reports: number, report: (progress: PictureProgress) => void } | undefined
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
  /** To make the same pictures again; it holds the prompt, and is for whoever sent it. */
  receipt: Receipt
  usage: TaskUsage
}

/**
 * Finds out whether pictures can be made from a prompt, and what the engine has to do for them.
 *
 * @throws CodedError content_filter, prompt_too_long, setting_out_of_range, negative_prompt_unused, queue_full
 */
export function planFaces (dependencies: TaskDependencies, request: PictureRequest, file: FileWish, { ticket }: TaskContext): Drawing {
  const { model } = dependencies
  refusePrompts(dependencies, request)
  const settings = resolveSettings(request, model)
  const works = layOutPictures(request, settings, model)
  reserveUnits(ticket, works.reduce((sum, work) => sum + workUnits(work), 0))
  return { settings, works, develop: signed(dependencies, file, developPlain(file)) }
}

/**
 * Makes the pictures that a prompt asks for, all of a request at the same time.
 *
 * @throws CodedError those of `planFaces`, and whatever ends the engine's work
 */
export async function generateFaces (dependencies: TaskDependencies, request: GenerateRequest, context: TaskContext): Promise<GeneratedFaces> {
  const { format, progress, ...pictures } = request
  const drawing = planFaces(dependencies, { ...pictures, previews: progress?.reports }, { format }, context)
  const { pictures: files, codes, usage } = await drawAll(dependencies, drawing, context, ({ picture, step, steps }) => { progress?.report({ picture, step, steps }) })
  const { seed, numInferenceSteps, guidanceScale } = drawing.settings
  const receipt = drawingReceipt(dependencies, drawing, codes, request)
  return { pictures: files, format, size: dependencies.model.manifest.sizes.image_size, seed, numInferenceSteps, guidanceScale, receipt, usage }
}
