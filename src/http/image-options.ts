import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Manifest } from '../artifacts/manifest.js'
import { codedError } from '../common/errors.js'
import type { FileWish } from '../tasks/draw-pictures.js'
import type { PictureRequest } from '../tasks/picture-request.js'
import { type Quality, stepsOf } from './image-quality.js'
import type { ImageBody } from './schemas/images.js'

/** What a body in OpenAI's words asks for, in the tasks' words. */
export interface ImageOptions {
  request: PictureRequest
  file: FileWish & { side: number }
  /** Undefined where the number of steps was given. */
  quality: Quality | undefined
  /** Whether the pictures are read back, and of how many candidates the best is given. */
  verification: { bestOf: number | undefined } | undefined
}

/** Largest multiple of the model's side: scaling up is done in this process, and four times takes it tens of milliseconds. */
const MAX_MULTIPLE = 4
const DEFAULT_FORMAT = 'png'

/** Fields that are refused whatever they hold, with the reason. */
const NEVER = {
  complexity: 'this model plans nothing before it draws',
  frame_count: 'this model makes no animations',
  frame_duration_ms: 'this model makes no animations',
  svg: 'this model draws pixels only',
  style: 'this model has no styles to choose from; describe yours in the prompt',
  markup: 'this model does not read marks on pictures; send a mask'
}
/** Values that are refused, with the reason. */
const VALUES = [
  ['background', 'transparent', 'its pictures are opaque; ask for opaque or auto'],
  ['response_format', 'url', 'it stores nothing that an address could lead to; pictures come as b64_json'],
  ['moderation', 'low', 'the policy of its operator cannot be relaxed from outside; ask for auto']
] as const

/**
 * Reads the fields that both image routes have. Every field is honoured or refused.
 *
 * @throws option_unsupported, options_conflict, size_unsupported
 */
export function imageOptions (body: ImageBody, manifest: Manifest): ImageOptions {
  refuseUnsupported({ ...body })
  const { steps, quality } = stepsOf(body, manifest)
  return {
    request: {
      prompt: body.prompt,
      negativePrompt: body.negative_prompt,
      seed: body.seed,
      numInferenceSteps: steps,
      guidanceScale: body.guidance_scale,
      n: body.n,
      previews: partialImages(body)
    },
    file: { format: body.output_format ?? DEFAULT_FORMAT, lossyQuality: lossyQuality(body), side: sideOf(body.size ?? 'auto', manifest.sizes.image_size) },
    quality,
    verification: verificationOf(body)
  }
}

/** Notes the end user of a request in the log, by a hash: enough to find whom an API key's owner should ask about abuse. */
export function noteEndUser (request: FastifyRequest, { user, safety_identifier: identifier }: Pick<ImageBody, 'user' | 'safety_identifier'>): void {
  const name = identifier === undefined || identifier === '' ? user : identifier
  if (name === undefined || name === '') return
  request.log.info({ endUser: createHash('sha256').update(name).digest('hex').slice(0, 16) }, 'request for an end user')
}

function refuseUnsupported (body: Record<string, unknown>): void {
  for (const [field, reason] of Object.entries(NEVER)) {
    if (body[field] !== undefined) throw codedError('option_unsupported', [field, reason], { param: field })
  }
  for (const [field, value, reason] of VALUES) {
    if (body[field] === value) throw codedError('option_unsupported', [field, reason], { param: field })
  }
}

function verificationOf ({ verify = false, best_of: bestOf, n, stream = false }: ImageBody): ImageOptions['verification'] {
  if (bestOf !== undefined && n !== undefined) throw codedError('options_conflict', ['best_of', 'n', 'of the candidates one picture is given'], { param: 'best_of' })
  if (bestOf !== undefined && stream) throw codedError('options_conflict', ['best_of', 'stream', 'which picture is given is known when all are made'], { param: 'best_of' })
  return verify || bestOf !== undefined ? { bestOf } : undefined
}

function partialImages ({ partial_images: count = 0, stream = false }: ImageBody): number {
  if (count > 0 && !stream) throw codedError('options_conflict', ['partial_images', 'stream', 'partial images need a stream to come in'], { param: 'partial_images' })
  return count
}

/** 0 to 100 onto the codecs' 1 to 100. */
function lossyQuality ({ output_compression: compression, output_format: format = DEFAULT_FORMAT }: ImageBody): number | undefined {
  if (compression === undefined) return undefined
  if (format === 'png') throw codedError('options_conflict', ['output_compression', 'output_format', 'png is lossless'], { param: 'output_compression' })
  return 1 + Math.round(0.99 * compression)
}

function sideOf (size: string, native: number): number {
  if (size === 'auto') return native
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size) ?? []
  const multiple = Number(width) / native
  if (width !== height || !Number.isInteger(multiple) || multiple < 1 || multiple > MAX_MULTIPLE) throw codedError('size_unsupported', [size, native, MAX_MULTIPLE])
  return Number(width)
}
