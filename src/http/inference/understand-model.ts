import { codedError } from '../../common/errors.js'
import { encodePixels } from '../../image/encode-pixels.js'
import type { TaskDependencies } from '../../tasks/task-context.js'
import { completed, understandFace } from '../../tasks/understand-face.js'
import { pictureOfBody } from '../picture-of-body.js'
import { UnderstandInferenceSchema } from '../schemas/inference.js'
import { AnswerJsonSchema } from '../schemas/understanding.js'
import { textUsageBody } from '../usage-body.js'
import { Fields } from './fields.js'
import type { InferenceModel } from './model.js'
import type { Tensor } from './tensors.js'

/** A picture and a question to words, or to the probabilities of given answers; without a question it is a caption. */
export const UNDERSTAND_MODEL: InferenceModel = {
  name: 'understand',
  task: 'answer',
  summary: 'Describe a picture, or answer about it',
  body: UnderstandInferenceSchema,
  inputs: [
    { name: 'image', datatype: 'BYTES', shape: [1] },
    { name: 'pixels', datatype: 'UINT8', shape: [-1, -1, 3] },
    { name: 'question', datatype: 'BYTES', shape: [1] },
    { name: 'choices', datatype: 'BYTES', shape: [-1] },
    { name: 'max_tokens', datatype: 'INT64', shape: [1] },
    { name: 'temperature', datatype: 'FP32', shape: [1] },
    { name: 'top_p', datatype: 'FP32', shape: [1] },
    { name: 'seed', datatype: 'INT64', shape: [1] }
  ],
  outputs: () => [
    { name: 'text', datatype: 'BYTES', shape: [1] },
    { name: 'finish_reason', datatype: 'BYTES', shape: [1] },
    { name: 'probabilities', datatype: 'FP32', shape: [-1] },
    { name: 'face_score', datatype: 'FP32', shape: [1] },
    { name: 'seed', datatype: 'INT64', shape: [1] }
  ],
  infer: async (tensors, tasks, context, maxUploadBytes) => {
    const fields = new Fields(tensors, AnswerJsonSchema)
    const request = {
      question: fields.text('question'),
      choices: fields.texts('choices'),
      maxTokens: fields.number('max_tokens'),
      temperature: fields.number('temperature'),
      topP: fields.number('top_p'),
      seed: fields.number('seed'),
      delivery: 'whole' as const
    }
    refuseConflicts(tensors)
    const image = await pictureFile(tensors, tasks, maxUploadBytes)
    const result = await completed(await understandFace(tasks, { ...request, image }, context))
    const { text, finishReason, choices, face, seed, refusal, disclosures, usage } = result
    return {
      elements: {
        text: [text],
        finish_reason: [finishReason],
        ...(choices === undefined ? {} : { probabilities: choices.map(({ probability }) => probability) }),
        ...(face === undefined ? {} : { face_score: [face.score] }),
        seed: [seed]
      },
      sizes: { probabilities: choices?.length ?? 0 },
      parameters: {
        usage: JSON.stringify(textUsageBody(usage)),
        ...(refusal === undefined ? {} : { refusal: JSON.stringify(refusal) }),
        ...(disclosures.length === 0 ? {} : { disclosures: JSON.stringify(disclosures) })
      }
    }
  }
}

function refuseConflicts (tensors: ReadonlyMap<string, Tensor>): void {
  if (!tensors.has('choices')) return
  if (!tensors.has('question')) throw codedError('missing_field', ['inputs.question'], { param: 'inputs.question' })
  const unused = ['max_tokens', 'temperature', 'top_p'].find((name) => tensors.has(name))
  if (unused !== undefined) throw codedError('choices_are_scored', [unused], { param: `inputs.${unused}` })
}

/** A picture file, or one made of pixels: either, not both. */
async function pictureFile (tensors: ReadonlyMap<string, Tensor>, { maxImagePixels }: TaskDependencies, maxUploadBytes: number): Promise<Uint8Array> {
  const file = tensors.get('image')?.elements[0]
  const pixels = tensors.get('pixels')
  if (file !== undefined && pixels !== undefined) throw codedError('options_conflict', ['inputs.image', 'inputs.pixels', 'both are the picture'])
  if (pixels !== undefined) return await fileOfPixels(pixels, maxImagePixels)
  if (file === undefined || typeof file === 'number') throw codedError('missing_field', ['inputs.image or inputs.pixels'], { param: 'inputs.image' })
  if (typeof file !== 'string' && file.length > maxUploadBytes) throw codedError('image_too_large', [maxUploadBytes])
  // A client writes a data URL as bytes, too.
  const isUrl = typeof file !== 'string' && Buffer.from(file.subarray(0, DATA_URL.length)).toString('latin1') === DATA_URL
  return pictureOfBody(isUrl ? Buffer.from(file).toString('latin1') : file, maxUploadBytes)
}

const DATA_URL = 'data:image/'

async function fileOfPixels ({ shape: [height = 0, width = 0], elements }: Tensor, maxImagePixels: number): Promise<Uint8Array> {
  if (width * height < 1) throw codedError('invalid_field', ['inputs.pixels', 'has no pixels'], { param: 'inputs.pixels' })
  if (width * height > maxImagePixels) throw codedError('image_too_many_pixels', [width * height, maxImagePixels])
  return await encodePixels(elements instanceof Uint8Array ? elements : Uint8Array.from(elements, Number), { width, height })
}
