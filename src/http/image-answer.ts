import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Drawing, drawAll, drawPictures } from '../tasks/draw-pictures.js'
import type { EditDrawing } from '../tasks/edit-face.js'
import type { PictureRequest } from '../tasks/picture-request.js'
import { codesDigest, drawingReceipt } from '../tasks/receipts.js'
import type { TaskContext, TaskDependencies } from '../tasks/task-context.js'
import { mergeUsage } from '../tasks/usage.js'
import { planVerification, type Verification } from '../tasks/verify-pictures.js'
import type { StreamEvent } from './event-stream.js'
import type { ImageOptions } from './image-options.js'
import { taskContextOf, tasksOf } from './request-state.js'
import type { ImagesResponse, PictureFields } from './schemas/images.js'
import { sendEvents } from './send-events.js'
import { imageUsageBody, textUsageBody } from './usage-body.js'

/** What is answered about: pictures to draw, and how they were asked for. */
export interface ImageAnswer {
  drawing: Drawing | EditDrawing
  options: ImageOptions
  /** Reads the pictures back; undefined where nobody asked for that. */
  verification: Verification | undefined
  /** First word of the event names. */
  what: 'image_generation' | 'image_edit'
}

export interface AnswerOptions {
  /** Silence after which a stream gets a comment. */
  heartbeatMs: number
}

/** What is to be drawn for a request: the candidates, where the best of several is asked for, at the cost of reading them back. */
export interface PlannedRequest { wish: PictureRequest, context: TaskContext, verification: Verification | undefined }

/** @throws setting_out_of_range, prompt_too_long */
export function plannedRequest (request: FastifyRequest, { request: wish, verification }: ImageOptions): PlannedRequest {
  const context = taskContextOf(request)
  if (verification === undefined) return { wish, context, verification: undefined }
  const planned = planVerification({ ...wish, ...verification }, tasksOf(request).model, context)
  return { wish: { ...wish, n: planned.candidates }, context: planned.context, verification: planned }
}

/** All pictures in one answer, or the best of them. */
export async function answerImages (request: FastifyRequest, { drawing, options, verification }: ImageAnswer): Promise<ImagesResponse> {
  const tasks = tasksOf(request)
  const { pictures, codes, usage } = await drawAll(tasks, drawing, taskContextOf(request))
  const found = await verification?.judge(tasks, pictures)
  const rows = found?.rows ?? pictures.map((_, row) => row)
  return {
    created: now(),
    data: rows.map((row, index) => ({ b64_json: pictures[row]?.toString('base64') ?? '', index: row, ...agreementOf(found?.agreement[index]) })),
    ...(options.quality === undefined ? {} : { quality: options.quality }),
    ...fieldsOf(request.id, { drawing, options }, tasks),
    receipt: drawingReceipt(tasks, drawing, new Map([...codes].filter(([row]) => rows.includes(row))), options.request),
    usage: imageUsageBody(usage),
    ...(found === undefined ? {} : { verification_usage: textUsageBody(found.usage) })
  }
}

/**
 * Pictures as they are made: of each its partial images, then the finished one with its own usage, read back where that is asked for. Several pictures come interleaved; `index` says which one an event is of.
 */
export async function streamImages (request: FastifyRequest, reply: FastifyReply, answer: ImageAnswer, { heartbeatMs }: AnswerOptions): Promise<FastifyReply> {
  const tasks = tasksOf(request)
  const { drawing, options, what, verification } = answer
  const fields = { quality: options.quality ?? 'auto', ...fieldsOf(request.id, answer, tasks) }
  async function * events (): AsyncGenerator<StreamEvent> {
    const shown = new Map<number, number>()
    const read = verification?.begin(tasks)
    for await (const event of drawPictures(tasks, drawing, taskContextOf(request))) {
      const file = await drawing.develop(event.rgb)
      const picture = { b64_json: file.toString('base64'), created_at: now(), index: event.picture }
      if (event.type === 'completed') {
        const receipt = drawingReceipt(tasks, drawing, new Map([[event.picture, codesDigest(event.codeIds)]]), options.request)
        const found = await read?.(file)
        yield named(`${what}.completed`, {
          ...picture,
          ...fields,
          receipt,
          usage: imageUsageBody(mergeUsage([event.usage])),
          ...(found === undefined ? {} : { ...agreementOf(found.score), verification_usage: textUsageBody(mergeUsage(found.usage)) })
        })
        continue
      }
      const index = shown.get(event.picture) ?? 0
      shown.set(event.picture, index + 1)
      yield named(`${what}.partial_image`, { ...picture, partial_image_index: index, step: event.step, decided: event.decided, ...fields })
    }
  }
  return await sendEvents(request, reply, events(), heartbeatMs)
}

const agreementOf = (agreement: number | undefined): { agreement?: number } => agreement === undefined ? {} : { agreement }

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
