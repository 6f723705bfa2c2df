import type { ByteGrammar } from '../common/byte-pattern.js'
import type { PictureInput } from './picture-input.js'
import type { ExpertUse } from './expert-use.js'

export type { ExpertUse } from './expert-use.js'
export type { PictureInput, PicturePixels } from './picture-input.js'

/**
 * What crosses between the HTTP process and the engine process: plain values that structured clone carries.
 *
 * The engine knows token ids, code ids and pixels; words, files and HTTP stay on the other side.
 */

/** What a request asks of the model. */
export type TaskName = 'generate' | 'caption' | 'answer'

/** What one step of the engine does for its rows. One plan has one phase. */
export type Phase =
  /** Pixels to codes and embeddings. */
  | 'encode'
  /** A prefix or a question into a key-value cache: prompt, picture or text. */
  | 'prefill'
  /** One text token a row. */
  | 'decode'
  /** One timestep of a picture a row. */
  | 'unmask'
  /** Codes to pixels. */
  | 'render'

/** A picture to make by unmasking. */
export interface GenerateWork {
  kind: 'generate'
  /** The whole prefix with its special tokens, `[t2i][sot] text [eot]`. */
  promptTokenIds: number[]
  /** The prefix that guidance steers away from; the text is empty where no negative prompt was given. */
  negativeTokenIds: number[]
  /** Unsigned, 64 bits. */
  seed: bigint
  /** Index of the picture within its request: each has random numbers of its own. */
  row: number
  numInferenceSteps: number
  /** s in `uncond + s (cond − uncond)`; 1 is off and halves the rows. */
  guidanceScale: number
  /** 0 takes the likeliest code. */
  temperature: number
  /** Weight of the annealed Gumbel noise in the choice of the codes that stay. */
  confidenceTemperature: number
  /** So many previews, evenly spread over the steps that it takes, and every one of them comes. Fewer where it takes too few steps. Absent: none. */
  previews?: number
  /** What is kept of a picture that is edited. Absent: all is to be made. */
  given?: GivenCodes
  /** The account says which experts its passes chose. Absent: nobody wants to know. */
  experts?: 'by-layer'
}

/** What is kept of a picture that is edited. */
export type GivenCodes =
  /** Codes; the codebook's size marks those to make. */
  | { codeIds: Int32Array }
  /** A picture, encoded first, and the positions whose codes are made anew. */
  | { picture: PictureInput, remake: number[] }

/** A text to write about a picture, or choices to score. */
export interface UnderstandWork {
  kind: 'understand'
  task: 'caption' | 'answer'
  picture: PictureInput
  /** What follows the picture: `[sot]` and the turns, ending where the answer begins. */
  textTokenIds: number[]
  maxTokens: number
  /** 0 takes the likeliest token. */
  temperature: number
  /** Smallest set of tokens whose probability reaches this is drawn from; 1 is off. */
  topP: number
  seed: bigint
  row: number
  /** Token ids that end the text besides the end-of-text token; they are not part of it. */
  stopTokenIds?: number[]
  /** Allowed token ids of the i-th token written (constrained decoding); positions past the end are free. */
  allowedTokenIds?: number[][]
  /** The text is one of this pattern's, its lead included (docs/adr/0008). The same key is the same grammar. */
  grammar?: { key: string, grammar: ByteGrammar }
  /** UTF-8 of strings that end the text, across the borders of tokens; `lead` is what a text begins with before its first word, which is searched by none. The token that completes one is told, and is the last. */
  stop?: { strings: Uint8Array[], lead: Uint8Array }
  /** What is added to logits: by token, and taken off for tokens that were written. Log-probabilities are those after it. */
  logits?: { bias: [tokenId: number, amount: number][], frequencyPenalty: number, presencePenalty: number }
  /** Token ids of each choice, its end included: each is scored and nothing is written. */
  choices?: number[][]
  /** How many of the likeliest tokens are reported with each token, 0 to 20. */
  topLogprobs: number
  /** As in `GenerateWork`. */
  experts?: 'by-layer'
}

/** A picture through the codec alone: nothing is read and nothing is drawn. */
export type CodecWork =
  /** Pixels to codes. */
  | { kind: 'encode', picture: PictureInput }
  /** Codes to pixels. */
  | { kind: 'render', codeIds: Int32Array }

export type Work = GenerateWork | UnderstandWork | CodecWork

/** Most rows of one step, by phase. A guided picture is two unmask rows. */
export interface RowLimits { encode: number, prefill: number, decode: number, unmask: number, render: number }

/** Everything the engine process is told at its start: it reads no environment. */
export interface EngineSettings {
  /** Folder with `manifest.json`. */
  modelFolder: string
  /** What the folder has to hold, by its digest: a folder that was changed since it was read is refused. Absent: whatever it holds. */
  modelDigest?: string
  /** `cuda` fails when it is missing; `auto` falls back to the CPU and says so. */
  executionProvider: 'auto' | 'cpu' | 'cuda'
  /** Threads of the model's operators; 0 for one a core. */
  threads: number
  rowLimits: RowLimits
  /** Key-value slots of text being written: how many texts are written at once. */
  decodeSlots: number
  /** Key-value slots of text prefixes, one of which holds the unconditional prefix for good. */
  promptSlots: number
  /** Most text tokens of one prefill step; a longer text goes alone. */
  prefillTokens: number
  /** Part of the engine's time that pictures get while texts have work too, above 0 and below 1. */
  generateShare: number
  /** Bound of the cache of picture prefixes, in bytes. */
  pictureCacheBytes: number
  /** Bounds of what waits inside the engine, in sequences and work units. The door in front of it is the HTTP process' admission. */
  queue: { maxSequences: number, maxWorkUnits: number }
  logLevel: LogLevel
  /** `every-pass` sends the routing counts of every pass, for tests and offline study. */
  routingDump: 'off' | 'every-pass'
  /** `after-every-step` validates the scheduler's state; for tests and for hunting a fault. */
  invariants: 'off' | 'after-every-step'
}

/** Which work waits for which. */
export type Priority =
  /** Somebody waits for it. */
  | 'normal'
  /** It stands back in the queue as if it had come later, and is never passed over for good. */
  | 'background'

/** Whose work it is: while several wait, the engine works for each in proportion to the weights. */
export interface Share {
  /** Never a key itself. */
  name: string
  /** Above 0. */
  weight: number
}

/** Whom work may share a step with. */
export type Company =
  | 'any'
  /** Nobody: an engine ended while it worked on this, and others are not to share its fate again. */
  | 'alone'

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

/** Messages to the engine. */
export type ToEngine =
  /** First and once. */
  | { type: 'start', settings: EngineSettings }
  /** `timeoutMs` counts from the arrival, so that the two clocks need not agree; `waitedMs` was spent before it. */
  | { type: 'submit', id: string, work: Work, timeoutMs?: number, waitedMs: number, priority: Priority, company: Company, share?: Share }
  | { type: 'abort', id: string }
  /** Finish what was submitted, then exit with code 0. */
  | { type: 'drain' }

/** What a caller hears of its work, in order. The last is `finished` or `failed`. */
export type EngineEvent =
  /** A step has begun to work on it. */
  | { type: 'started', queueMs: number }
  /** One token written. `logprob` is under the vocabulary that was allowed, at temperature 1. */
  | { type: 'token', tokenId: number, logprob: number, top?: TokenLogprob[] }
  /** The picture as it would be if all masked codes took their present proposals; `step` of `steps` are done, and this share of the codes to make is decided. */
  | { type: 'preview', step: number, steps: number, decided: number, rgb: Uint8Array, size: number }
  /** The picture, `size` × `size` RGB. */
  | { type: 'image', rgb: Uint8Array, size: number, codeIds: Int32Array }
  /** The codes of a picture that was only to be encoded. */
  | { type: 'codes', codeIds: Int32Array }
  /** Summed log-probability of each choice. */
  | { type: 'choices', logprobs: number[] }
  | { type: 'finished', finishReason: FinishReason, usage: EngineUsage, face?: FaceFinding }
  | { type: 'failed', error: WireError }

export interface TokenLogprob { tokenId: number, logprob: number }

export type FinishReason =
  /** It came to its natural end. */
  | 'stop'
  /** `maxTokens` were written. */
  | 'length'

/** What the face encoder thinks of the picture: `score` is the probability that it shows a face; `count` says how many a detector found. */
export interface FaceFinding { score: number, found: boolean, count?: number }

/** A coded error without its prototype; `common/errors.ts` turns it into one again. */
export interface WireError { code: string, args: (string | number)[] }

/** What one piece of work used, measured from the routing of its own forward passes. */
export interface EngineUsage {
  /** Text tokens read, specials included; in generation both prefixes of a guided picture. */
  promptTokens: number
  /** Positions of the picture: read in understanding (its prefix), made in generation. */
  imageTokens: number
  /** Codes of the picture that was edited; absent where none was. */
  originalTokens?: number
  /** Text tokens written. */
  completionTokens: number
  /** Tokens read whose keys and values were there already. */
  cachedTokens: number
  /** Backbone passes of its rows; the two rows of a guided step are two. */
  forwardPasses: number
  /** Parameters that one token used, over the passes (paper §4, spec §6); `total` is the whole model. */
  activated: { min: number, max: number, mean: number, total: number }
  /** Distinct parameters that a whole pass used. */
  touched: { min: number, max: number, mean: number }
  /** Where the work asked for it and the backbone had a pass to run. */
  experts?: ExpertUse
  timings: EngineTimings
}

/** Milliseconds, as the engine saw them. */
export interface EngineTimings { queueMs: number, firstTokenMs?: number, totalMs: number, encodeMs?: number, phases?: PhaseTiming[] }

/** What the steps of one phase took for one piece of work, in milliseconds from its submission. Between its steps others may have run. */
export interface PhaseTiming { phase: Phase, fromMs: number, toMs: number, steps: number, busyMs: number }

/** Messages from the engine. */
export type FromEngine =
  | { type: 'ready', model: LoadedModel, loadMs: number }
  /** It cannot start; the process exits next. */
  | { type: 'fatal', error: WireError }
  | { type: 'event', id: string, event: EngineEvent }
  | { type: 'stats', stats: EngineStats }
  | { type: 'routing', passes: RoutingDump[] }
  | { type: 'log', record: LogRecord }

/** What runs, for /v1/models and the log. The manifest itself is read by whoever needs more. */
export interface LoadedModel {
  name: string
  precision: string
  /** The provider that really runs. */
  executionProvider: 'cpu' | 'cuda'
  /** Why `auto` did not take CUDA, where it did not. */
  fallbackReason?: string
  pid: number
}

/** One log line of the engine; `fields` never hold words or pictures. */
export interface LogRecord { level: Exclude<LogLevel, 'silent'>, fields: Record<string, string | number | boolean>, message: string }

export type ParameterComponent = 'dense' | 'shared_expert' | 'routed_experts' | 'sequence_experts'

/** What happened since the last flush; counters are increments, gauges are the present value. */
export interface EngineStats {
  /** One entry a step. */
  steps: { phase: Phase, durationMs: number, rows: number }[]
  /** Increments. `layer` counts from 0. */
  expertSelections: { level: 'token' | 'sequence', task: TaskName, layer: number, expert: number, count: number }[]
  /** Histogram samples: so many passes activated so many parameters a token. */
  activated: { task: TaskName, phase: Phase, parameters: number, passes: number }[]
  /** Increments of parameters activated, summed over passes. */
  activatedTotals: { task: TaskName, phase: Phase, component: ParameterComponent, parameters: number }[]
  /** Increments. */
  prefixCache: { cache: 'prompt' | 'picture' | 'encoding', queries: number, hits: number }[]
  /** Gauge. `cached` slots hold a prefix that nobody uses now. */
  kvSlots: { kind: 'prompt' | 'decode', state: 'free' | 'used' | 'cached', slots: number }[]
  /** Gauge, in bytes. */
  pictureCacheBytes: number
  /** Gauge: work units left of what waits and of what has begun. Exact for pictures; a text has at most this left. */
  workLeft: Record<'generate' | 'understand', { waiting: number, running: number }>
  /** Increments: work that was aborted, by what it was waiting for. */
  aborted: { phase: Phase | 'waiting', count: number }[]
}

/** Routing counts of one pass of one row, for tests that recompute the metrics. */
export interface RoutingDump {
  id: string
  task: TaskName
  phase: Phase
  /** Which routed experts and which parameters: the group that ran. */
  group: 'generate' | 'understand'
  /** Tokens that went through the pass. */
  tokens: number
  /** [layers][experts]: how many tokens chose the expert. */
  tokenExperts: number[][]
  /** [layers][sequence experts], 0 or 1; absent in passes over text alone. */
  sequenceExperts?: number[][]
}
