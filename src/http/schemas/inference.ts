import { Type, type Static } from 'typebox'
import { DATATYPES } from '../inference/datatypes.js'
import { EXAMPLE_IMAGE, oneOf } from './common.js'
import { includeExperts } from './experts.js'

const strict = { additionalProperties: false } as const

export const InferenceErrorSchema = Type.Object({ error: Type.String({ description: 'What happened and what to do next, with the code of docs/errors.md.' }) }, strict)

export const ServerMetadataSchema = Type.Object({ name: Type.String(), version: Type.String(), extensions: Type.Array(Type.String()) }, { ...strict, description: 'This server, in the protocol\'s words.' })
export const LiveSchema = Type.Object({ live: Type.Boolean() }, { ...strict, description: 'Whether the server answers.' })
export const ReadySchema = Type.Object({ ready: Type.Boolean() }, { ...strict, description: 'Whether the server can be asked.' })
export const ModelReadySchema = Type.Object({ name: Type.String(), ready: Type.Boolean() }, { ...strict, description: 'Whether the model can be asked.' })

const TensorSchema = Type.Object({ name: Type.String(), datatype: oneOf(DATATYPES, 'Type of the elements.'), shape: Type.Array(Type.Integer(), { description: '-1 is any number.' }) }, strict)
export const ModelMetadataSchema = Type.Object({
  name: Type.String(),
  versions: Type.Array(Type.String(), { description: 'The models that are served, by their names in /v1/models; the first is asked where no version is named.' }),
  platform: Type.String(),
  inputs: Type.Array(TensorSchema),
  outputs: Type.Array(TensorSchema)
}, { ...strict, description: 'What a model takes and gives.' })
export type ModelMetadata = Static<typeof ModelMetadataSchema>

const dimensions = Type.Array(Type.Integer({ minimum: 0, maximum: 2 ** 31 }), { maxItems: 8 })

/** What every model takes. */
const PARAMETERS = { binary_data_output: Type.Optional(Type.Boolean({ default: false, description: 'Outputs follow the JSON as bytes, unless they say otherwise.' })) }
/** What a model takes whose passes choose experts. */
const WITH_EXPERTS = { ...PARAMETERS, include_experts: includeExperts(' `usage` is a parameter of the answer.') }

function inferenceSchema<const Parameters extends typeof PARAMETERS> (examples: object[], parameters: Parameters) {
  return Type.Object({
    id: Type.Optional(Type.String({ maxLength: 512, description: 'Comes back with the answer.' })),
    parameters: Type.Optional(Type.Object(parameters, { ...strict, description: 'About the whole request.' })),
    inputs: Type.Array(Type.Object({
      name: Type.String(),
      shape: dimensions,
      datatype: Type.String(),
      parameters: Type.Optional(Type.Object({ binary_data_size: Type.Optional(Type.Integer({ minimum: 0, description: 'So many bytes behind the JSON are its elements.' })) }, strict)),
      data: Type.Optional(Type.Unknown({ description: 'Elements, flat or nested as the shape says.' }))
    }, strict), { minItems: 1, maxItems: 32, description: 'Tensors by the names of the model\'s metadata; those that are left out have the model\'s defaults.' }),
    outputs: Type.Optional(Type.Array(Type.Object({
      name: Type.String(),
      parameters: Type.Optional(Type.Object({ binary_data: Type.Optional(Type.Boolean({ description: 'Follows the JSON as bytes.' })) }, strict))
    }, strict), { minItems: 1, maxItems: 32, description: 'Which outputs; left out: all.' }))
  }, { ...strict, examples })
}

const one = (name: string, datatype: string, value: string | number) => ({ name, shape: [1], datatype, data: [value] })
export const GenerateInferenceSchema = inferenceSchema([{ inputs: [one('prompt', 'BYTES', 'a smiling woman with long blond hair'), one('seed', 'INT64', 7)] }], WITH_EXPERTS)
export const UnderstandInferenceSchema = inferenceSchema([{ id: '1', inputs: [one('image', 'BYTES', EXAMPLE_IMAGE), one('question', 'BYTES', 'What colour is the hair?')], outputs: [{ name: 'text' }] }], WITH_EXPERTS)
export const EncodePictureInferenceSchema = inferenceSchema([{ inputs: [one('image', 'BYTES', EXAMPLE_IMAGE)] }], PARAMETERS)
/** As many codes as a picture of the default model has; the metadata of `encode_picture` says how many another one's have. */
const EXAMPLE_CODES = Array.from({ length: 100 }, (_, position) => 41 * position)
export const DecodePictureInferenceSchema = inferenceSchema([{ inputs: [{ name: 'code_ids', shape: [1, EXAMPLE_CODES.length], datatype: 'INT64', data: EXAMPLE_CODES }] }], PARAMETERS)
export type InferenceBody = Static<typeof GenerateInferenceSchema>

export const InferenceResponseSchema = Type.Object({
  model_name: Type.String(),
  model_version: Type.String(),
  id: Type.Optional(Type.String()),
  parameters: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), { description: '`usage`, and `receipt`, `refusal` and `disclosures` where there are some: the objects of the routes under /v1/faces as JSON.' }),
  outputs: Type.Array(Type.Object({ name: Type.String(), shape: Type.Array(Type.Integer()), datatype: oneOf(DATATYPES, 'Type of the elements.'), parameters: Type.Optional(Type.Object({ binary_data_size: Type.Integer() }, strict)), data: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Number()]))) }, strict))
}, strict)
