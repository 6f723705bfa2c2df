import { drawAll } from '../../tasks/draw-pictures.js'
import { planFaces } from '../../tasks/generate-face.js'
import { drawingReceipt } from '../../tasks/receipts.js'
import { GenerateBodySchema } from '../schemas/generation.js'
import { GenerateInferenceSchema } from '../schemas/inference.js'
import { imageUsageBody } from '../usage-body.js'
import { Fields, required } from './fields.js'
import type { InferenceModel } from './model.js'

/** Words to pictures, as pixels. */
export const GENERATE_MODEL: InferenceModel = {
  name: 'generate',
  task: 'generate',
  summary: 'Make pictures, as pixels',
  body: GenerateInferenceSchema,
  inputs: [
    { name: 'prompt', datatype: 'BYTES', shape: [1] },
    { name: 'negative_prompt', datatype: 'BYTES', shape: [1] },
    { name: 'seed', datatype: 'INT64', shape: [1] },
    { name: 'num_inference_steps', datatype: 'INT64', shape: [1] },
    { name: 'guidance_scale', datatype: 'FP32', shape: [1] },
    { name: 'n', datatype: 'INT64', shape: [1] }
  ],
  outputs: ({ manifest: { sizes: { image_size: side } } }) => [
    { name: 'images', datatype: 'UINT8', shape: [-1, side, side, 3] },
    { name: 'seed', datatype: 'INT64', shape: [1] }
  ],
  infer: async (tensors, tasks, context) => {
    const fields = new Fields(tensors, GenerateBodySchema)
    const request = {
      prompt: required('prompt', fields.text('prompt')),
      negativePrompt: fields.text('negative_prompt'),
      seed: fields.number('seed'),
      numInferenceSteps: fields.number('num_inference_steps'),
      guidanceScale: fields.number('guidance_scale'),
      n: fields.number('n')
    }
    const planned = planFaces(tasks, request, { format: 'png' }, context)
    const drawing = { ...planned, develop: async ({ rgb }: { rgb: Uint8Array }) => Buffer.from(rgb) }
    const { pictures, codes, usage } = await drawAll(tasks, drawing, context)
    return {
      elements: { images: Buffer.concat(pictures), seed: [drawing.settings.seed] },
      sizes: { images: pictures.length },
      parameters: { receipt: JSON.stringify(drawingReceipt(tasks, drawing, codes, request)), usage: JSON.stringify(imageUsageBody(usage)) }
    }
  }
}
