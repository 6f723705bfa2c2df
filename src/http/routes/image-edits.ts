import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { codedError } from '../../common/errors.js'
import { readDataUrl } from '../../image/data-url.js'
import { DEFAULT_STRENGTH, planEdit } from '../../tasks/edit-face.js'
import { answerImages, plannedRequest, streamImages } from '../image-answer.js'
import { imageOptions, noteEndUser } from '../image-options.js'
import { dropNullFields } from '../null-fields.js'
import { pictureOfBody } from '../picture-of-body.js'
import { tasksOf } from '../request-state.js'
import { type ImageEditForm, ImageEditFormSchema, type ImageEditJson, ImageEditJsonSchema, MAX_EDIT_IMAGES } from '../schemas/images.js'
import { imageResponses } from '../schemas/responses.js'
import { acceptPictures, pictureBody, pictureBodyLimit, type UnderstandRouteOptions } from './understand.js'

type EditBody = ImageEditForm | ImageEditJson

const schema = {
  operationId: 'editImage',
  tags: ['openai'],
  summary: 'Repaint a part of a picture, or all of it in its likeness, OpenAI\'s way',
  description: 'With a mask the pixels outside of it come back to the bit, fitted to the square of the answer; inside, tokens are masked and unmasked anew with the rest of the picture in view. Another seed gives another version.',
  body: pictureBody(ImageEditJsonSchema, ImageEditFormSchema),
  response: imageResponses('image_edit')
}

/** Strengths by their names of OpenAI's. */
const FIDELITY = { low: DEFAULT_STRENGTH, high: 0.5 } as const
/** A picture and its mask. */
const PICTURES = 2

/** POST /v1/images/edits */
export const imageEditsRoute: FastifyPluginAsyncTypebox<UnderstandRouteOptions> = async (app, options) => {
  const { maxUploadBytes } = options
  await acceptPictures(app, ImageEditFormSchema, options, MAX_EDIT_IMAGES + 1)
  dropNullFields(app, ImageEditFormSchema)
  app.post<{ Body: EditBody }>('/v1/images/edits', { schema, config: { task: 'generate', digitalSource: 'compositeWithTrainedAlgorithmicMedia' }, bodyLimit: pictureBodyLimit(maxUploadBytes, PICTURES) }, async (request, reply) => {
    const { body } = request
    const tasks = tasksOf(request)
    const asked = imageOptions(body, tasks.model.manifest)
    noteEndUser(request, body)
    const image = pictureOfBody(onlyImage(body), maxUploadBytes)
    const { wish, context, verification } = plannedRequest(request, asked)
    const drawing = await planEdit(tasks, { ...wish, image, mask: maskOf(body), strength: strengthOf(body) }, asked.file, context)
    if (body.input_fidelity !== undefined && drawing.region !== 'whole') throw codedError('options_conflict', ['input_fidelity', 'mask', 'around a region that is repainted everything is kept anyway'], { param: 'input_fidelity' })
    const answer = { drawing, options: asked, verification, what: 'image_edit' as const }
    if (body.stream === true) return await streamImages(request, reply, answer, options)
    return await reply.send(await answerImages(request, answer))
  })
}

function onlyImage ({ image }: EditBody): Uint8Array | string {
  if (!Array.isArray(image)) return image
  const [first, ...more] = image
  if (first === undefined) throw codedError('missing_field', ['image'], { param: 'image' })
  if (more.length > 0) throw codedError('option_unsupported', ['image', `this model edits one picture at a time and there are ${image.length}`], { param: 'image' })
  return first
}

function maskOf ({ mask }: EditBody): Uint8Array | undefined {
  if (typeof mask !== 'string') return mask
  const bytes = readDataUrl(mask)
  if (bytes === undefined) throw codedError('mask_unusable', ['it is not a base64 data URL'])
  return bytes
}

function strengthOf ({ strength, input_fidelity: fidelity }: EditBody): number | undefined {
  if (fidelity === undefined) return strength
  if (strength !== undefined) throw codedError('options_conflict', ['input_fidelity', 'strength', 'a fidelity is a strength'], { param: 'input_fidelity' })
  return FIDELITY[fidelity]
}
