/**
 * The seam between the engine's loop and the model: a plan goes in, ids and counts come out.
 *
 * One plan has one phase and is one unit of work. Tokens, codes and pixels only: what a slot means to a request is the core's business.
 * `OrtExecutor` runs plans on ONNX Runtime; tests script the answers. A plan that breaks a rule stated here is refused with
 * `runtime_misused`; a run stopped by its signal rejects with `run_terminated`, and the slots it wrote hold nothing useful then.
 *
 * Letters: B rows, N image positions, K codebook size (K itself as a code id means masked), L layers, E routed experts.
 */
import type { FaceFinding, PicturePixels, TokenLogprob } from './protocol.js'

/** Sizes that the core plans with (manifest `sizes`). */
export interface ExecutorSizes {
  layers: number
  /** Routed experts of one group. */
  routedExperts: number
  /** Sequence-level experts of one group. */
  sequenceExperts: number
  /** N */
  imageTokens: number
  /** K; the mask's code id as well. */
  codebook: number
  textVocabulary: number
  /** Most tokens of a text prefix, specials included. */
  promptCapacity: number
  /** Positions of a decode slot: picture, conversation and answer. */
  slotCapacity: number
  /** Positions that a picture takes in a decode slot. */
  picturePrefixLength: number
  /** Pixels of a picture's side. */
  imageSize: number
}

/** What one pass of one row chose. A pass without pictures has no `sequenceExperts`. */
export interface PassRouting {
  /** [L × E] how many of the row's tokens chose each expert, layer by layer. */
  tokenExperts: Int32Array
  /** [L × sequence experts] 1 where the row's picture chose the expert. */
  sequenceExperts?: Int32Array
}

/** Pixels to codes and embeddings. */
export interface EncodeRow { pixels: PicturePixels }

export interface EncodeResult {
  /** [N] */
  codeIds: Int32Array
  clip: Float32Array
  /** All zeros where no face was found: that is what the face expert is given then (docs/adr/0007). */
  face: Float32Array
  finding: FaceFinding
}

/** A text prefix into a prompt slot, which it then occupies from position 0. */
export interface PromptRow {
  promptSlot: number
  /** `[t2i][sot] text [eot]`, at most promptCapacity. */
  tokenIds: readonly number[]
}

/** A picture's keys and values, made once and loaded into any number of decode slots. The core keeps it and counts its bytes. */
export interface PicturePrefix { readonly bytes: number }

/** A picture and its embeddings to a picture prefix. */
export interface PictureRow { codeIds: Int32Array, clip: Float32Array, face: Float32Array }

/** How one text token is drawn. */
export interface TextSampling {
  /** 0 takes the likeliest token. */
  temperature: number
  /** 1 is off. */
  topP: number
  /** In (0, 1), from the counter-based generator. */
  uniform: number
  /** Absent: the whole text vocabulary. */
  allowedTokenIds?: readonly number[]
  /** [V], 1 where a token is allowed; in the place of `allowedTokenIds`. */
  allowed?: Uint8Array
  /** Added to the logits, by token id. Absent: nothing. */
  bias?: ReadonlyMap<number, number>
  /** How many of the likeliest tokens to report, 0 to 20. */
  topLogprobs: number
}

export interface TextSample {
  tokenId: number
  /** Of the token, under the allowed vocabulary at temperature 1, the bias included. */
  logprob: number
  /** Likeliest first; `topLogprobs` of them. */
  top: TokenLogprob[]
}

/** A stretch of text into one decode slot, after what is there. */
export interface TextRow {
  slot: number
  /** Positions of the slot that are kept; the text is written behind them. */
  pastLength: number
  tokenIds: readonly number[]
  /** What is wanted of the logits. */
  then:
    /** Nothing: more text follows. */
    | { want: 'nothing' }
    /** A token drawn after the last position. */
    | { want: 'sample', sampling: TextSampling }
    /** The log-probability of a given token after each position; as many as `tokenIds`. */
    | { want: 'score', targetIds: readonly number[] }
}

/** One more token for a text being written. The slots of a plan's rows are neighbours, in ascending order. */
export interface DecodeRow {
  slot: number
  pastLength: number
  /** The token written last; its keys and values enter the slot now. */
  tokenId: number
  sampling: TextSampling
}

/** One timestep of one picture: one model row, or two where guidance is on. Timesteps may differ between rows. */
export interface UnmaskRow {
  /** [N]; K where masked. */
  codeIds: Int32Array
  /** Masked share of the N positions. */
  noiseLevel: number
  promptSlot: number
  /** Absent: guidance is off. The formula is `uncond + scale (cond − uncond)`. */
  guidance?: { scale: number, promptSlot: number }
  /** 0 takes the likeliest code. */
  temperature: number
  /** [N] in (0, 1): one draw a position. */
  tokenUniforms: Float32Array
  /** [N] in (0, 1): the Gumbel noise of the confidence. */
  confidenceUniforms: Float32Array
  /** Already annealed to this timestep. */
  confidenceTemperature: number
  /** How many positions stay masked after the step. */
  keepMasked: number
}

export interface UnmaskResult {
  /** [N]; K where still masked. */
  nextCodeIds: Int32Array
  /** [N]; the proposal of every position, for previews. */
  proposedCodeIds: Int32Array
  /** One entry a model row: the conditional one first. */
  routing: PassRouting[]
}

/** Codes to pixels. */
export interface RenderRow { codeIds: Int32Array }

/** One unit of work. */
export type StepPlan =
  | { phase: 'encode', rows: readonly EncodeRow[] }
  | { phase: 'prefill', kind: 'prompt', rows: readonly PromptRow[] }
  | { phase: 'prefill', kind: 'picture', rows: readonly PictureRow[] }
  | { phase: 'prefill', kind: 'text', rows: readonly TextRow[] }
  | { phase: 'decode', rows: readonly DecodeRow[] }
  | { phase: 'unmask', rows: readonly UnmaskRow[] }
  | { phase: 'render', rows: readonly RenderRow[] }

/** What each row of a plan comes to, in the order of its rows. */
export interface RowResults {
  encode: EncodeResult
  prompt: { routing: PassRouting }
  picture: { prefix: PicturePrefix, routing: PassRouting }
  /** `sample` and `logprobs` as wanted. */
  text: { routing: PassRouting, sample?: TextSample, logprobs?: Float32Array }
  decode: { routing: PassRouting, sample: TextSample }
  unmask: UnmaskResult
  /** imageSize × imageSize RGB, row by row. */
  render: { rgb: Uint8Array }
}

/** Name of a plan's kind of work: its phase, and for a prefill what is prefilled. */
export type PlanKind<P extends StepPlan> = P extends { kind: infer Kind extends 'prompt' | 'picture' | 'text' } ? Kind : Exclude<P['phase'], 'prefill'>

export interface StepResult<P extends StepPlan = StepPlan> {
  rows: RowResults[PlanKind<P>][]
  /** Time inside the model's operators and around them. */
  durationMs: number
}

/** Runs plans, one at a time. */
export interface StepExecutor {
  readonly sizes: ExecutorSizes

  /**
   * Runs one plan. Rows may be any number from 1 to the phase's row limit (model rows: a guided picture is two).
   * Aborting the signal stops the run at the end of the operator it is in.
   */
  execute<P extends StepPlan> (plan: P, signal?: AbortSignal): Promise<StepResult<P>>

  /** Copies a picture prefix to the start of a decode slot; the text goes behind it. Between steps only. */
  loadPicture (slot: number, prefix: PicturePrefix): void

  /** Copies the first `length` positions of a decode slot to another one. Between steps only. */
  moveSlot (from: number, to: number, length: number): void

  /** Gives all memory back. No step may be running. Further calls do nothing. */
  dispose (): void
}
