import { uniforms } from '../../src/common/rng.js'
import type { Manifest } from '../../src/artifacts/manifest.js'
import type { GenerateWork, PictureInput, UnderstandWork } from '../../src/engine/protocol.js'

/** Work for the debug model. Token ids are any of its vocabulary: its weights are random, and its words mean nothing. */

/** A text prefix of some length with its special tokens; the same length is the same prefix. */
export function debugPrompt ({ special_ids: ids, sizes }: Manifest, words: number): number[] {
  return [ids.t2i, ids.sot, ...Array.from({ length: words }, (_, index) => 2 + (7 * words + 13 * index) % (sizes.text_vocabulary - 2)), ids.eot]
}

/** A picture to make, guided unless said. */
export function debugPicture (manifest: Manifest, changes: Partial<GenerateWork> = {}): GenerateWork {
  return {
    kind: 'generate',
    promptTokenIds: debugPrompt(manifest, 5),
    negativeTokenIds: debugPrompt(manifest, 0),
    seed: 7n,
    row: 0,
    numInferenceSteps: 6,
    guidanceScale: 3,
    temperature: 1,
    confidenceTemperature: 2,
    ...changes
  }
}

/** A question of some length, as it stands behind a picture. */
export function debugQuestion ({ special_ids: ids, sizes }: Manifest, words: number): number[] {
  return [ids.sot, ...Array.from({ length: words }, (_, index) => 2 + (11 * words + 17 * index) % (sizes.text_vocabulary - 2))]
}

/** A caption of at most 12 tokens, drawn at temperature 1. */
export function debugText (manifest: Manifest, changes: Partial<UnderstandWork> = {}): UnderstandWork {
  return {
    kind: 'understand',
    task: 'caption',
    picture: debugInput(manifest, 1),
    textTokenIds: debugQuestion(manifest, 6),
    maxTokens: 12,
    temperature: 1,
    topP: 1,
    seed: 7n,
    row: 0,
    topLogprobs: 0,
    ...changes
  }
}

/** A picture of noise for the encoders; the same number is the same picture. */
export function debugInput ({ preprocessing }: Manifest, number: number): PictureInput {
  const noise = (size: number): Uint8Array => Uint8Array.from(uniforms({ seed: BigInt(number), stream: 0, step: 0, row: 0 }, 3 * size * size), (value) => Math.floor(256 * value))
  return {
    key: `picture ${number}`,
    pixels: { pictureEncoder: noise(preprocessing.picture_encoder.size), clip: noise(preprocessing.clip.size), face: noise(preprocessing.face.size) }
  }
}
