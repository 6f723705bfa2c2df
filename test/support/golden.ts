import { readFileSync } from 'node:fs'

/** Values that PyTorch computed on the debug model (`training/unif2ace_training/export/golden.py`); seeds are text because JSON has no 64-bit integers. */
export interface GoldenFiles {
  philox: { seed: string, stream: number, step: number, row: number, uniforms: number[] }[]
  'mask-schedule': { initially_masked: number, num_inference_steps: number, masked_after_step: number[], confidence_temperature: number[] }[]
  unmask: GoldenTrajectory[]
  text: GoldenText[]
  routing: {
    prompt: { token_ids: number[], token_experts: number[][] }
    unmask: { code_ids: number[], noise_level: number, token_experts: number[][], sequence_experts: number[][] }
    picture: GoldenPicture & { token_experts: number[][], sequence_experts: number[][] }
    language: { token_ids: number[], token_experts: number[][] }
  }
}

export interface GoldenTrajectory {
  name: string
  prompt_token_ids: number[]
  negative_token_ids: number[]
  seed: string
  row: number
  num_inference_steps: number
  guidance_scale: number
  temperature: number
  confidence_temperature: number
  initial_code_ids: number[]
  code_ids_after_step: number[][]
}

/** A picture as the encoders would have answered it. */
export interface GoldenPicture { code_ids: number[], clip: number[], face: number[] }

export interface GoldenText extends GoldenPicture {
  name: string
  text_token_ids: number[]
  max_tokens: number
  temperature: number
  top_p: number
  seed: string
  row: number
  token_ids: number[]
  logprobs: number[]
}

export function golden<N extends keyof GoldenFiles> (name: N): GoldenFiles[N] {
  return JSON.parse(readFileSync(new URL(`../fixtures/golden/${name}.json`, import.meta.url), 'utf8')) as GoldenFiles[N]
}
