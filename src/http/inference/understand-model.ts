import { codedError } from '../../common/errors.js'
import { completed, understandFace } from '../../tasks/understand-face.js'
import { UnderstandInferenceSchema } from '../schemas/inference.js'
import { AnswerJsonSchema } from '../schemas/understanding.js'
import { textUsageBody } from '../usage-body.js'
import { Fields } from './fields.js'
import type { InferenceModel } from './model.js'
import { pictureFiles } from './picture-inputs.js'
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
    const [image] = await pictureFiles(tensors, { maxUploadBytes, maxImagePixels: tasks.maxImagePixels })
    if (image === undefined) throw codedError('missing_field', ['inputs.image or inputs.pixels'], { param: 'inputs.image' })
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
