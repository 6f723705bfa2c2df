import type { GenerateWork, PictureInput, UnderstandWork } from '../../src/engine/protocol.js'
import { TOY_SIZES } from './toy-executor.js'

/** The toy's empty prompt. */
export const EMPTY_PROMPT = [2, 3, 1]

/** A picture to make, guided unless said. */
export function pictureWork (changes: Partial<GenerateWork> = {}): GenerateWork {
  return {
    kind: 'generate',
    promptTokenIds: [2, 3, 17, 18, 1],
    negativeTokenIds: EMPTY_PROMPT,
    seed: 7n,
    row: 0,
    numInferenceSteps: 6,
    guidanceScale: 3,
    temperature: 1,
    confidenceTemperature: 2,
    ...changes
  }
}

/** A caption of at most 12 tokens, drawn at temperature 1. */
export function textWork (changes: Partial<UnderstandWork> = {}): UnderstandWork {
  return {
    kind: 'understand',
    task: 'caption',
    picture: toyPicture('a'),
    textTokenIds: [0, 20, 21, 22],
    maxTokens: 12,
    temperature: 1,
    topP: 1,
    seed: 7n,
    row: 0,
    topLogprobs: 0,
    ...changes
  }
}

/** A picture for the toy's encoders; the same name is the same picture. */
export function toyPicture (name: string): PictureInput {
  const pixels = new Uint8Array(3 * TOY_SIZES.imageSize ** 2).fill(name.charCodeAt(0))
  return { key: name, pixels: { pictureEncoder: pixels, clip: pixels, face: pixels } }
}
