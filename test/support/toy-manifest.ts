import type { GraphSpec, Manifest } from '../../src/artifacts/manifest.js'
import { TOY_MODEL } from './toy-engine.js'
import { TOY_END, TOY_SIZES } from './toy-executor.js'

const graph: GraphSpec = { file: 'toy.onnx', inputs: [], outputs: [], weights: [] }
const encoder = { size: TOY_SIZES.imageSize, mean: [0, 0, 0], std: [1, 1, 1], fit: 'cover' } satisfies Manifest['preprocessing']['clip']
const { costs } = TOY_MODEL

/** What the toy model would say about itself. */
export const TOY_MANIFEST: Manifest = {
  format_version: 2,
  name: 'toy',
  description: 'Arithmetic in the place of a model.',
  license: 'Apache-2.0',
  precision: 'fp32',
  provenance: { run: 'none', commit: 'none', created: '2026-01-01T00:00:00Z', data: 'none', training_package: '0', quality: {} },
  sizes: {
    layers: TOY_SIZES.layers,
    width: 8,
    heads: 1,
    head_width: 8,
    image_tokens: TOY_SIZES.imageTokens,
    image_grid: [4, 4],
    image_size: TOY_SIZES.imageSize,
    codebook: TOY_SIZES.codebook,
    text_vocabulary: TOY_SIZES.textVocabulary,
    joint_vocabulary: TOY_MODEL.limits.jointVocabulary,
    prompt_capacity: TOY_SIZES.promptCapacity,
    slot_capacity: TOY_SIZES.slotCapacity,
    picture_prefix_length: TOY_SIZES.picturePrefixLength,
    routed_experts: TOY_SIZES.routedExperts,
    routed_experts_per_token: 2,
    sequence_experts: TOY_SIZES.sequenceExperts,
    sequence_experts_per_picture: 2,
    clip_width: 1,
    face_width: 1
  },
  special_ids: { sot: 3, eot: TOY_END, soi: 50, eoi: 51, t2i: 2, mmu: 52, pad: 53, mask_code: TOY_SIZES.codebook, image_offset: 54 },
  layout: {
    generate_prefix: ['t2i', 'sot', '{text}', 'eot'],
    picture_prefix: ['mmu', 'soi', '{image}', 'eoi'],
    first_turn: ['sot', '{question}'],
    next_turn: ['{question}'],
    question_template: '{question}',
    answer_template: '{answer}',
    position_scheme: 'real_tokens'
  },
  guidance: { formula: 'uncond + s * (cond - uncond)', off: 1 },
  mask_schedule: 'cosine',
  graphs: { prompt: graph, noise: graph, unmask: graph, picture: graph, language: graph, sample_image: graph, sample_text: graph, pick_text: graph, picture_encoder: graph, picture_decoder: graph, clip: graph, face: graph },
  weights: { file: 'weights.safetensors' },
  parameters: {
    total: costs.total,
    embedding_tables: 0,
    dense: costs.dense,
    shared_expert_per_layer: costs.sharedExpert / TOY_SIZES.layers,
    routed_expert: costs.routedExpert,
    routed_experts_total: 0,
    sequence_expert: { generate: [...costs.sequenceExpert.generate], understand: [...costs.sequenceExpert.understand] },
    clip_encoder: 0,
    face_encoder: 0,
    picture_encoder: 0,
    picture_decoder: 0
  },
  defaults: { num_inference_steps: 4, guidance_scale: 3, temperature: 1, confidence_temperature: 2, caption_question: '', max_tokens: 8 },
  limits: { max_prompt_tokens: 13, max_question_tokens: 20, max_tokens: 20, max_inference_steps: 16, max_guidance_scale: 20, max_images_per_request: 8, max_turns: 4 },
  preprocessing: { picture_encoder: encoder, clip: encoder, face: encoder },
  files: {}
}
