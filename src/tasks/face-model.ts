import type { Manifest } from '../artifacts/manifest.js'
import { modelDigest } from '../artifacts/model-digest.js'
import type { TextTokenizer } from '../text/tokenizer.js'
import { createPromptLayout, type PromptLayout } from './prompt-layout.js'

/** What the HTTP process knows of a model: everything but its weights. */
export interface FaceModel {
  manifest: Manifest
  /** Names everything of the model that decides about its tokens. */
  digest: string
  tokenizer: TextTokenizer
  layout: PromptLayout
}

/** Puts a model's description together from its manifest and its tokenizer. */
export function describeModel (manifest: Manifest, tokenizer: TextTokenizer): FaceModel {
  return { manifest, digest: modelDigest(manifest), tokenizer, layout: createPromptLayout(manifest.layout, manifest.special_ids, tokenizer) }
}
