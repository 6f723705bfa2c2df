import type { GenerateRequest } from '../tasks/generate-face.js'
import type { GenerateBody } from './schemas/generation.js'

/** A body of `/v1/faces/generate` in the task's words; what it asks besides is the route's. */
export function generateWish (body: GenerateBody, format: GenerateRequest['format']): GenerateRequest {
  return {
    prompt: body.prompt,
    negativePrompt: body.negative_prompt,
    seed: body.seed,
    numInferenceSteps: body.num_inference_steps,
    guidanceScale: body.guidance_scale,
    n: body.n,
    format
  }
}
