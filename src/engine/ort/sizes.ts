import type { Manifest } from '../../artifacts/manifest.js'
import type { ExecutorSizes } from '../executor.js'

/** The sizes of a model as the core plans with them. */
export function executorSizes ({ sizes }: Pick<Manifest, 'sizes'>): ExecutorSizes {
  return {
    layers: sizes.layers,
    routedExperts: sizes.routed_experts,
    sequenceExperts: sizes.sequence_experts,
    imageTokens: sizes.image_tokens,
    codebook: sizes.codebook,
    textVocabulary: sizes.text_vocabulary,
    promptCapacity: sizes.prompt_capacity,
    slotCapacity: sizes.slot_capacity,
    picturePrefixLength: sizes.picture_prefix_length,
    imageSize: sizes.image_size
  }
}
