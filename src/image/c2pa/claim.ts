import { DIGITAL_SOURCE_TYPE, type DigitalSource } from '../xmp-packet.js'

/** What a signature says of a picture's making. */
export interface PictureClaim {
  source: DigitalSource
  model: string
  modelDigest: string
  seed: number
}

/** Label of our own assertion. */
export const GENERATION_ASSERTION = 'unif2ace-serve.generation'

/** By this name the actions refer to the picture that was edited. */
const ORIGINAL = 'original'

/** The picture that was edited, for the manifest. */
export const ORIGINAL_INGREDIENT = { title: 'the picture that was edited', relationship: 'parentOf', label: ORIGINAL }

/**
 * A C2PA manifest: made by a trained model; or, where there is an original, that opened and changed by one. Words are not in it, like in the other marks: files travel.
 *
 * @param version of this package
 */
export function manifestOf ({ source, model, modelDigest, seed }: PictureClaim, mimeType: string, version: string, hasOriginal: boolean): object {
  const digitalSourceType = DIGITAL_SOURCE_TYPE + source
  const softwareAgent = { name: 'UniF2ace Serve', version }
  const actions = hasOriginal
    ? [{ action: 'c2pa.opened', softwareAgent, parameters: { ingredientIds: [ORIGINAL] } }, { action: 'c2pa.edited', softwareAgent, digitalSourceType }]
    : [{ action: 'c2pa.created', softwareAgent, digitalSourceType }]
  return {
    claim_generator_info: [softwareAgent],
    title: 'picture',
    format: mimeType,
    ingredients: [],
    assertions: [
      { label: 'c2pa.actions', data: { actions } },
      { label: GENERATION_ASSERTION, data: { model, modelDigest, seed } }
    ]
  }
}
