import { codedError } from '../common/errors.js'
import type { EngineUsage, GenerateWork } from '../engine/protocol.js'
import { encodeImage } from '../image/encode-image.js'
import { enlarge } from '../image/enlarge.js'
import type { WritableFormat } from '../image/image-format.js'
import { interleave } from './interleave.js'
import { type DrawnPicture, markPicture } from './mark-picture.js'
import { runWork } from './observe.js'
import type { PictureSettings } from './picture-request.js'
import { codesDigest } from './receipts.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import { together } from './together.js'
import { mergeUsage, type TaskUsage } from './usage.js'

/** The file that a picture becomes. */
export interface FileWish {
  format: WritableFormat
  /** Of WebP and JPEG, 1 to 100. */
  lossyQuality?: number | undefined
  /** Side in pixels; larger than the model's it is scaled up. Left out: the model's own. */
  side?: number | undefined
}

/** Pictures that were asked for and found possible, before the engine begins. */
export interface Drawing {
  settings: PictureSettings
  works: readonly GenerateWork[]
  /** Makes the file of a picture as the engine drew it. */
  develop (picture: DrawnPicture): Promise<Buffer>
}

/** What is heard of pictures that are drawn. `picture` counts from 0. */
export type DrawEvent =
  /** A picture on its way: `step` of `steps` are done, and this share of the codes to make is decided. */
  | { type: 'partial', picture: number, step: number, steps: number, decided: number, rgb: DrawnPicture }
  /** A picture is ready. */
  | { type: 'completed', picture: number, rgb: DrawnPicture, codeIds: Int32Array, usage: EngineUsage }

/** The way a picture becomes a file when nothing of another one is kept. */
export function developPlain ({ format, lossyQuality, side }: FileWish): Drawing['develop'] {
  return async (picture) => await encodeImage(enlarge(picture, side ?? picture.size), format, lossyQuality, picture.xmp)
}

/**
 * Draws all pictures of a request at the same time. One that fails ends the others: the answer cannot be given any more.
 *
 * @throws while iterating: whatever ends the engine's work
 */
export async function * drawPictures (dependencies: TaskDependencies, { works }: Pick<Drawing, 'works'>, context: TaskContext): AsyncGenerator<DrawEvent> {
  const { context: shared, end } = together(context)
  try {
    yield * interleave(works.map((work) => drawPicture(dependencies, work, shared)))
  } finally {
    end()
  }
}

/** All pictures of a request as files, in their order. */
export async function drawAll (dependencies: TaskDependencies, drawing: Drawing, context: TaskContext, onPartial: (event: Extract<DrawEvent, { type: 'partial' }>) => void = () => {}): Promise<{ pictures: Buffer[], codes: ReadonlyMap<number, string>, usage: TaskUsage }> {
  const codes = new Map<number, string>()
  const made = new Map<number, { file: Promise<Buffer>, usage: EngineUsage }>()
  for await (const event of drawPictures(dependencies, drawing, context)) {
    if (event.type === 'partial') {
      onPartial(event)
      continue
    }
    made.set(event.picture, { file: kept(drawing.develop(event.rgb)), usage: event.usage })
    codes.set(event.picture, codesDigest(event.codeIds))
  }
  const inOrder = drawing.works.flatMap(({ row }) => made.get(row) ?? [])
  return { pictures: await Promise.all(inOrder.map(async ({ file }) => await file)), codes, usage: mergeUsage(inOrder.map(({ usage }) => usage)) }
}

async function * drawPicture (dependencies: TaskDependencies, work: GenerateWork, context: TaskContext): AsyncGenerator<DrawEvent> {
  let picture: { rgb: DrawnPicture, codeIds: Int32Array } | undefined
  // Deterministic and told by step: after a crash of the engine it goes on where its caller had come to.
  for await (const event of runWork(dependencies, work, { ...context, delivery: 'whole' })) {
    if (event.type === 'preview') yield { type: 'partial', picture: work.row, step: event.step, steps: event.steps, decided: event.decided, rgb: markPicture(dependencies, work, event) }
    if (event.type === 'image') picture = { rgb: markPicture(dependencies, work, event, event.codeIds), codeIds: event.codeIds }
    if (event.type === 'finished' && picture !== undefined) {
      yield { type: 'completed', picture: work.row, ...picture, usage: event.usage }
      return
    }
  }
  throw codedError('internal_error', ['the engine finished without a picture'])
}

/** A promise that is awaited later: until then its failure is nobody's surprise. */
function kept<T> (work: Promise<T>): Promise<T> {
  work.catch(() => {})
  return work
}
