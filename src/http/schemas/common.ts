import { Type, type Static } from 'typebox'
import { codedError } from '../../common/errors.js'

/** One of a closed set of words. */
export function oneOf<const Word extends string> (words: readonly Word[], description: string) {
  return Type.Unsafe<Word>({ type: 'string', enum: [...words], description })
}

/** Largest seed: every integer up to it survives JSON in any language. */
export const MAX_SEED = Number.MAX_SAFE_INTEGER

export const SeedSchema = Type.Integer({
  minimum: 0,
  maximum: MAX_SEED,
  description: 'Seed of the random numbers. The same seed, model, precision and settings give the same tokens, whatever else the server is doing. Left out: one is drawn and reported.'
})

/** Longest name of a model that is looked at. */
const MAX_MODEL_NAME_CHARACTERS = 256

/** The model that a request asks. */
export const ModelNameSchema = Type.String({ maxLength: MAX_MODEL_NAME_CHARACTERS, description: 'Name of the model to ask, as in `/v1/models`; one that is not served is 404. Left out: the default model.' })

export const ErrorBodySchema = Type.Object({
  error: Type.Object({
    message: Type.String({ description: 'What happened and what to do next.' }),
    type: Type.String({ description: 'OpenAI\'s class of the error, for example `invalid_request_error`.' }),
    param: Type.Union([Type.String(), Type.Null()], { description: 'The field at fault, where there is one.' }),
    code: Type.String({ description: 'Stable code; docs/errors.md has a heading for each.' })
  }, { additionalProperties: false })
}, {
  $id: 'Error',
  additionalProperties: false,
  description: 'Every error has this body.',
  examples: [{ error: { message: codedError('prompt_too_long', [120, 93]).message, type: 'invalid_request_error', param: 'prompt', code: 'prompt_too_long' } }]
})
/** The same, as responses refer to it. */
export const ErrorRefSchema = Type.Unsafe<ErrorBody>({ $ref: 'Error#' })
export type ErrorBody = Static<typeof ErrorBodySchema>

/** A picture of one pixel: examples must be short. */
export const EXAMPLE_IMAGE = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGO4sHQCAAROAgbfsdzeAAAAAElFTkSuQmCC'

export const FaceSchema = Type.Object({
  found: Type.Boolean({ description: 'Whether the picture shows a face. Without one the answer still comes, about whatever is there.' }),
  score: Type.Number({ minimum: 0, maximum: 1, description: 'Probability that there is a face. Of several faces the crop in the middle is described.' }),
  count: Type.Optional(Type.Integer({ minimum: 0, description: 'Faces found, where the model has a face detector. Of several the largest near the middle is embedded.' }))
}, { additionalProperties: false })

const CATEGORY = 'Name of the policy\'s rule.'

export const RefusalSchema = Type.Object({
  category: Type.String({ description: CATEGORY }),
  message: Type.String({ description: 'Why, and what can be asked instead.' })
}, { additionalProperties: false, description: 'There when the policy refused: nothing was answered, and where the question was refused nobody looked at the picture.' })

export const DisclosureSchema = Type.Object({
  category: Type.String({ description: CATEGORY }),
  message: Type.String({ description: 'What has to be said.' })
}, { additionalProperties: false })
