import { codedError } from '../../common/errors.js'
import { decodePictures, encodePictures, MAX_CODED_PICTURES } from '../../tasks/code-pictures.js'
import { DecodePictureInferenceSchema, EncodePictureInferenceSchema } from '../schemas/inference.js'
import { imageUsageBody } from '../usage-body.js'
import { required } from './fields.js'
import type { InferenceModel } from './model.js'
import { pictureFiles } from './picture-inputs.js'
import type { Tensor } from './tensors.js'

/** Pictures to the codes that the model sees them as. */
export const ENCODE_PICTURE_MODEL: InferenceModel = {
  name: 'encode_picture',
  task: 'generate',
  digitalSource: 'none',
  summary: 'Encode pictures to code ids',
  body: EncodePictureInferenceSchema,
  inputs: [
    { name: 'image', datatype: 'BYTES', shape: [-1] },
    { name: 'pixels', datatype: 'UINT8', shape: [-1, -1, -1, 3] }
  ],
  outputs: ({ manifest: { sizes: { image_tokens: tokens } } }) => [{ name: 'code_ids', datatype: 'INT64', shape: [-1, tokens] }],
  infer: async (tensors, tasks, context, maxUploadBytes) => {
    for (const name of ['image', 'pixels']) refuseTooMany(name, tensors.get(name))
    const files = await pictureFiles(tensors, { maxUploadBytes, maxImagePixels: tasks.maxImagePixels })
    const { codeIds, usage } = await encodePictures(tasks, files, context)
    return {
      elements: { code_ids: codeIds.flatMap((ids) => [...ids]) },
      sizes: { code_ids: codeIds.length },
      parameters: { usage: JSON.stringify(imageUsageBody(usage)) }
    }
  }
}

/** Codes to pixels. */
export const DECODE_PICTURE_MODEL: InferenceModel = {
  name: 'decode_picture',
  task: 'generate',
  summary: 'Decode code ids to pixels',
  body: DecodePictureInferenceSchema,
  inputs: [{ name: 'code_ids', datatype: 'INT64', shape: [-1, -1] }],
  outputs: ({ manifest: { sizes: { image_size: side } } }) => [{ name: 'images', datatype: 'UINT8', shape: [-1, side, side, 3] }],
  infer: async (tensors, tasks, context) => {
    const codes = required('code_ids', tensors.get('code_ids'))
    refuseTooMany('code_ids', codes)
    const { pictures, usage } = await decodePictures(tasks, rowsOfCodes(codes, tasks.model.manifest.sizes), context)
    return {
      elements: { images: Buffer.concat(pictures.map(({ rgb }) => rgb)) },
      sizes: { images: pictures.length },
      parameters: { usage: JSON.stringify(imageUsageBody(usage)) }
    }
  }
}

function refuseTooMany (name: string, tensor: Tensor | undefined): void {
  const count = tensor?.shape[0]
  if (count === undefined) return
  if (count < 1) throw codedError('invalid_field', [`inputs.${name}`, 'has no picture'], { param: `inputs.${name}` })
  if (count > MAX_CODED_PICTURES) throw codedError('setting_out_of_range', [`the first dimension of inputs.${name}`, count, MAX_CODED_PICTURES], { param: `inputs.${name}` })
}

function rowsOfCodes ({ shape: [count = 0, length = 0], elements }: Tensor, { image_tokens: tokens, codebook }: { image_tokens: number, codebook: number }): Int32Array[] {
  const wrong = (problem: string): Error => codedError('invalid_field', ['inputs.code_ids', problem], { param: 'inputs.code_ids' })
  if (length !== tokens) throw wrong(`has ${length} codes a picture and this model's pictures have ${tokens}`)
  const ids = Array.from(elements, Number)
  if (!ids.every((id) => id >= 0 && id < codebook)) throw wrong(`has a code that is not from 0 to ${codebook - 1}`)
  return Array.from({ length: count }, (_, row) => Int32Array.from(ids.slice(row * tokens, (row + 1) * tokens)))
}
