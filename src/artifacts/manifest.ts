import { Type, type Static } from 'typebox'

/**
 * The schema of `manifest.json`, the contract between training (`export/manifest.py` writes it) and the server (which reads nothing else about a model).
 *
 * Letters in `dims`: B rows, T tokens, S prefix slots, Z noise slots, R pictures; every other dimension is a number.
 */

const count = (description: string) => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description })
const size = (description: string) => Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description })
const text = (description: string) => Type.String({ description })
const closed = { additionalProperties: false } as const

/** Element types of graph inputs and outputs. */
export const DtypeSchema = Type.Union([
  Type.Literal('float32'), Type.Literal('int64'), Type.Literal('int32'), Type.Literal('bool'), Type.Literal('uint8')
])
export type Dtype = Static<typeof DtypeSchema>

export const TensorSchema = Type.Object({
  name: Type.String({ minLength: 1 }),
  dtype: DtypeSchema,
  dims: Type.Array(Type.Union([Type.Integer({ minimum: 0 }), Type.String({ minLength: 1 })]))
}, closed)
export type TensorSpec = Static<typeof TensorSchema>

export const GraphSchema = Type.Object({
  file: Type.String({ minLength: 1 }),
  inputs: Type.Array(TensorSchema),
  outputs: Type.Array(TensorSchema),
  weights: Type.Array(Type.String(), { description: 'Names of the shared tensors that it uses.' })
}, closed)
export type GraphSpec = Static<typeof GraphSchema>

export const GraphsSchema = Type.Object({
  prompt: GraphSchema,
  noise: GraphSchema,
  unmask: GraphSchema,
  picture: GraphSchema,
  language: GraphSchema,
  sample_image: GraphSchema,
  sample_text: GraphSchema,
  pick_text: GraphSchema,
  picture_encoder: GraphSchema,
  picture_decoder: GraphSchema,
  clip: GraphSchema,
  face: GraphSchema,
  face_detector: Type.Optional(GraphSchema)
}, closed)
export type GraphName = keyof Static<typeof GraphsSchema>

/** A graph that every model has. */
export type CommonGraph = Exclude<GraphName, 'face_detector'>

/** Something for each graph of a model; the face detector's where the model has one. */
export type PerGraph<T> = { [name in CommonGraph]: T } & { face_detector?: T }

export const SizesSchema = Type.Object({
  layers: size('Transformer layers.'),
  width: size('Width of the residual stream.'),
  heads: size('Attention heads.'),
  head_width: size('Width of one head.'),
  image_tokens: size('Codes of a picture.'),
  image_grid: Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })], { description: 'Rows and columns of codes.' }),
  image_size: size('Pixels of a picture\'s side.'),
  codebook: size('Codes to choose from.'),
  text_vocabulary: size('Text tokens, start and end of text included.'),
  joint_vocabulary: size('Text tokens, specials, codes and the mask.'),
  prompt_capacity: size('Most tokens of a text-to-face prefix, specials included.'),
  slot_capacity: size('Positions of picture, conversation and answer together.'),
  picture_prefix_length: size('Positions of a picture in understanding.'),
  routed_experts: size('Routed experts of one group, a layer.'),
  routed_experts_per_token: size('Routed experts that a token uses.'),
  sequence_experts: size('Sequence-level experts of one group, a layer.'),
  sequence_experts_per_picture: size('Sequence-level experts that a picture uses.'),
  clip_width: size('Width of the picture embedding.'),
  face_width: size('Width of the face embedding.')
}, closed)

export const SpecialIdsSchema = Type.Object({
  sot: count('Start of text.'),
  eot: count('End of text.'),
  soi: count('Start of image.'),
  eoi: count('End of image.'),
  t2i: count('Begins text-to-face.'),
  mmu: count('Begins understanding.'),
  pad: count('Padding.'),
  mask_code: count('Code id of the mask: the codebook\'s size.'),
  image_offset: count('Joint id of code 0.')
}, closed)

export const LayoutSchema = Type.Object({
  generate_prefix: Type.Array(Type.String()),
  picture_prefix: Type.Array(Type.String()),
  first_turn: Type.Array(Type.String()),
  next_turn: Type.Array(Type.String()),
  question_template: text('With {question}.'),
  answer_template: text('With {answer}.'),
  position_scheme: Type.Literal('real_tokens')
}, closed)

export const ParametersSchema = Type.Object({
  total: size('All parameters of the backbone.'),
  embedding_tables: count('Tables that are only looked up; part of the total.'),
  dense: Type.Object({
    generate: count('Text-to-face.'),
    understand: count('Captions and answers.')
  }, { ...closed, description: 'Always-on parameters of a pass of the group: embeddings, attention, norms, head, shared experts, the group\'s routers.' }),
  shared_expert_per_layer: count('The shared expert of one layer.'),
  routed_expert: count('One routed expert.'),
  routed_experts_total: count('All routed experts of both groups and all layers.'),
  sequence_expert: Type.Object({
    generate: Type.Array(Type.Integer({ minimum: 0 })),
    understand: Type.Array(Type.Integer({ minimum: 0 }))
  }, { ...closed, description: 'Each sequence-level expert of one layer, in the order of the graphs.' }),
  clip_encoder: count('The picture embedding\'s encoder.'),
  face_encoder: count('The face encoder.'),
  face_detector: Type.Optional(count('What finds faces for the face encoder.')),
  picture_encoder: count('Pixels to codes.'),
  picture_decoder: count('Codes to pixels.')
}, closed)

export const DefaultsSchema = Type.Object({
  num_inference_steps: size('Unmasking steps.'),
  guidance_scale: Type.Number({ minimum: 0 }),
  temperature: Type.Number({ minimum: 0 }),
  confidence_temperature: Type.Number({ minimum: 0 }),
  caption_question: text('The question that a caption answers.'),
  max_tokens: size('Tokens of an answer.')
}, closed)

export const LimitsSchema = Type.Object({
  max_prompt_tokens: size('Tokens of a prompt without its specials.'),
  max_question_tokens: size('Tokens of a question.'),
  max_tokens: size('Tokens of an answer.'),
  max_inference_steps: size('Unmasking steps.'),
  max_guidance_scale: Type.Number({ minimum: 1 }),
  max_images_per_request: size('Pictures of one request.'),
  max_turns: size('Questions of one conversation.')
}, closed)

const square = {
  size: size('Side of the square that the encoder takes, in pixels.'),
  mean: Type.Tuple([Type.Number(), Type.Number(), Type.Number()]),
  std: Type.Tuple([Type.Number({ exclusiveMinimum: 0 }), Type.Number({ exclusiveMinimum: 0 }), Type.Number({ exclusiveMinimum: 0 })])
}
const share = (description: string) => Type.Number({ exclusiveMinimum: 0, maximum: 1, description })
const cover = Type.Literal('cover', { description: 'Scaled to fill the square; what stands over is cut evenly.' })

const CoverInputSchema = Type.Object({ ...square, fit: cover }, closed)

const ClipInputSchema = Type.Object({
  ...square,
  fit: Type.Union([cover, Type.Literal('clip', { description: 'As CLIP: the shorter side scaled to the square bicubically, antialiased as Pillow does, and the middle cut out.' })])
}, closed)

const AlignedFaceSchema = Type.Object({
  ...square,
  fit: Type.Literal('aligned_face', { description: 'The face that the detector finds, turned and scaled so that its five points lie where ArcFace expects them.' }),
  source_side: size('Longest side of the picture that the face is cut out of, in pixels; a larger picture is scaled down to it first.')
}, closed)

/** How a face is searched for (docs/adr/0014). */
const FaceDetectorSchema = Type.Object({
  ...square,
  fit: Type.Literal('letterbox', { description: 'Scaled into the upper left of a black square, as InsightFace does.' }),
  strides: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, maxItems: 8, description: 'Pixels between places, one for each level of outputs.' }),
  anchors: size('Candidates of a place.'),
  score_threshold: share('A candidate counts from this score.'),
  overlap_threshold: share('Of two candidates that overlap by a larger share the less sure one goes.')
}, closed)

export const PreprocessingSchema = Type.Object({
  picture_encoder: CoverInputSchema,
  clip: ClipInputSchema,
  face: Type.Union([CoverInputSchema, AlignedFaceSchema]),
  face_detector: Type.Optional(FaceDetectorSchema)
}, closed)
export type Preprocessing = Static<typeof PreprocessingSchema>
export type FaceDetectorInput = Static<typeof FaceDetectorSchema>

/** A square and its normalisation: `(byte / 255 − mean) / std` of each channel. */
export type EncoderInput = Pick<Static<typeof CoverInputSchema>, 'size' | 'mean' | 'std'>

export const ManifestSchema = Type.Object({
  format_version: Type.Union([Type.Literal(2), Type.Literal(3)]),
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]*$' }),
  description: text('One sentence.'),
  license: text('SPDX identifier.'),
  precision: Type.Union([Type.Literal('fp32'), Type.Literal('int8')]),
  provenance: Type.Object({
    run: text('The training run.'),
    commit: text('Commit of the training code.'),
    created: text('ISO 8601.'),
    data: text('What it was trained on.'),
    training_package: text('Version of the training package.'),
    quality: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()]), { description: 'What was measured.' })
  }, closed),
  sizes: SizesSchema,
  special_ids: SpecialIdsSchema,
  layout: LayoutSchema,
  guidance: Type.Object({ formula: Type.Literal('uncond + s * (cond - uncond)'), off: Type.Literal(1) }, closed),
  mask_schedule: Type.Literal('cosine'),
  graphs: GraphsSchema,
  weights: Type.Object({ file: Type.String({ minLength: 1 }) }, closed),
  parameters: ParametersSchema,
  defaults: DefaultsSchema,
  limits: LimitsSchema,
  preprocessing: PreprocessingSchema,
  files: Type.Record(Type.String(), Type.Object({
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    bytes: Type.Integer({ minimum: 0 })
  }, closed), { description: 'Every file of the folder but the manifest.' })
}, closed)

/** What a model folder says about itself. */
export type Manifest = Static<typeof ManifestSchema>
