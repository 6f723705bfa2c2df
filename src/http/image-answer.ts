import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Drawing, drawAll, drawPictures } from '../tasks/draw-pictures.js'
import type { EditDrawing } from '../tasks/edit-face.js'
import { codesDigest, drawingReceipt } from '../tasks/receipts.js'
import type { TaskDependencies } from '../tasks/task-context.js'
import { mergeUsage } from '../tasks/usage.js'
import type { StreamEvent } from './event-stream.js'
import type { ImageOptions } from './image-options.js'
import { taskContextOf, tasksOf } from './request-state.js'
import type { ImagesResponse, PictureFields } from './schemas/images.js'
import { sendEvents } from './send-events.js'
import { imageUsageBody } from './usage-body.js'

/** What is answered about: pictures to draw, and how they were asked for. */
export interface ImageAnswer {
  drawing: Drawing | EditDrawing
  options: ImageOptions
  /** First word of the event names. */
  what: 'image_generation' | 'image_edit'
}

export interface AnswerOptions {
  /** Silence after which a stream gets a comment. */
  heartbeatMs: number
}

/** All pictures in one answer. */
export async function answerImages (request: FastifyRequest, { drawing, options }: ImageAnswer): Promise<ImagesResponse> {
  const tasks = tasksOf(request)
  const { pictures, codes, usage } = await drawAll(tasks, drawing, taskContextOf(request))
  return {
    created: now(),
    data: pictures.map((picture, index) => ({ b64_json: picture.toString('base64'), index })),
    ...(options.quality === undefined ? {} : { quality: options.quality }),
    ...fieldsOf(request.id, { drawing, options }, tasks),
    receipt: drawingReceipt(tasks, drawing, codes, options.request),
    usage: imageUsageBody(usage)
  }
}

/**
 * Pictures as they are made: of each its partial images, then the finished one with its own usage. Several pictures come interleaved; `index` says which one an event is of.
 */
export async function streamImages (request: FastifyRequest, reply: FastifyReply, answer: ImageAnswer, { heartbeatMs }: AnswerOptions): Promise<FastifyReply> {
  const tasks = tasksOf(request)
  const { drawing, options, what } = answer
  const fields = { quality: options.quality ?? 'auto', ...fieldsOf(request.id, answer, tasks) }
  async function * events (): AsyncGenerator<StreamEvent> {
    const shown = new Map<number, number>()
    for await (const event of drawPictures(tasks, drawing, taskContextOf(request))) {
      const picture = { b64_json: (await drawing.develop(event.rgb)).toString('base64'), created_at: now(), index: event.picture }
      if (event.type === 'completed') {
        const receipt = drawingReceipt(tasks, drawing, new Map([[event.picture, codesDigest(event.codeIds)]]), options.request)
        yield named(`${what}.completed`, { ...picture, ...fields, receipt, usage: imageUsageBody(mergeUsage([event.usage])) })
        continue
      }
      const index = shown.get(event.picture) ?? 0
      shown.set(event.picture, index + 1)
      yield named(`${what}.partial_image`, { ...picture, partial_image_index: index, step: event.step, decided: event.decided, ...fields })
    }
  }
  return await sendEvents(request, reply, events(), heartbeatMs)
}

function named (type: string, fields: object): StreamEvent {
  return { event: type, data: { type, ...fields } }
}

function fieldsOf (id: string, { drawing, options: { file } }: Pick<ImageAnswer, 'drawing' | 'options'>, { model: { manifest } }: TaskDependencies): PictureFields {
  const { seed, numInferenceSteps, guidanceScale } = drawing.settings
  const square = (side: number): string => `${side}x${side}`
  return {
    background: 'opaque',
    output_format: file.format,
    size: square(file.side),
    native_size: square(manifest.sizes.image_size),
    id,
    model: manifest.name,
    seed,
    num_inference_steps: numInferenceSteps,
    guidance_scale: guidanceScale,
    ...('region' in drawing ? { edit: { region: drawing.region, strength: drawing.strength, remade_tokens: drawing.remade } } : {})
  }
}

const now = (): number => Math.floor(Date.now() / 1000)
