import type { Share } from './fair-share.js'

/** What the scheduler is asked for and what it answers: names and numbers only. */

/** The two kinds of work that share the engine: pictures to make, texts to write. */
export type Flow = 'generate' | 'understand'

/** What a sequence will need, known before it begins. */
export type Demand = GenerateDemand | UnderstandDemand

export interface GenerateDemand {
  flow: 'generate'
  /** Names of its text prefixes: the conditional one, and the unconditional one where guidance is on. One model row each; none for the codec alone. */
  prompts: readonly [] | readonly [string] | readonly [string, string]
  /** It goes through the codec alone, one way or the other. */
  codec?: 'encode' | 'render'
  /** Name of the picture that it edits, whose codes are needed before the first unmasking step. */
  original?: string
}

export interface UnderstandDemand {
  flow: 'understand'
  /** Name of its picture. */
  picture: string
  /** Tokens of its prefill, those of choices included. */
  textTokens: number
  /** A text takes a decode slot until it ends; scores are done with the prefill. */
  writes: 'text' | 'scores'
}

/** A sequence that wants to be scheduled. Times are the scheduler's clock, in milliseconds. */
export interface Submission {
  id: string
  demand: Demand
  /** For the bound of the queue: one unit is one model row through one unmasking step. */
  workUnits: number
  /** Decides its place in the queue. */
  arrivedAt: number
  /** Whose it is; nobody's in particular where absent. */
  share?: Share
  /** Background work stands behind what has come before `arrivedAt`, whoever's it is; normal where absent. */
  priority?: 'normal' | 'background'
  /** It must have ended by then. */
  deadlineAt?: number
  /** Begins when nothing else is running, and nothing begins beside it. */
  isAlone: boolean
}

/** One step: rows of one kind. `id` is the sequence that a row is done for, and the one that answers for its cost. */
export type Step =
  | { kind: 'encode', rows: PictureFill[] }
  | { kind: 'codes', rows: { id: string }[] }
  | { kind: 'original', rows: PictureFill[] }
  | { kind: 'prompt', rows: { id: string, key: string, slot: number }[] }
  | { kind: 'picture', rows: PictureFill[] }
  | { kind: 'text', rows: SlotRow[] }
  | { kind: 'decode', rows: SlotRow[] }
  | { kind: 'unmask', rows: { id: string, promptSlots: number[] }[] }
  | { kind: 'render', rows: { id: string, what: 'preview' | 'picture' }[] }

export type StepKind = Step['kind']

export interface PictureFill { id: string, key: string }

/** A row in a decode slot. Rows of a decode step are neighbours in ascending order. */
export interface SlotRow { id: string, slot: number }

/** How a step went, for `commit`. */
export interface StepOutcome {
  /** What it cost, in milliseconds: the measure by which the two flows share the engine. */
  costMs: number
  /** Sequences for which it was the last step of its kind: text that ended, a picture without masked codes. */
  completed: ReadonlySet<string>
  /** Sequences whose picture so far is to be shown. */
  previews: ReadonlySet<string>
  /** Bytes of each picture prefix made. */
  prefixBytes: number
}

/** What must be done to the caches before the next step. Moves are made in order. */
export interface Effects {
  /** A text that changes its decode slot. */
  moves: SlotMove[]
  /** Pictures whose keys and values are no longer kept. */
  droppedPrefixes: string[]
  /** Pictures whose codes and embeddings are no longer kept. */
  droppedEncodings: string[]
}

export interface SlotMove { id: string, from: number, to: number }

/** Which flow each kind belongs to, and which kind goes first within it: what completes or joins work comes before what carries it on. */
export const KINDS: Record<Flow, readonly StepKind[]> = {
  generate: ['render', 'codes', 'original', 'prompt', 'unmask'],
  understand: ['encode', 'picture', 'text', 'decode']
}

export function flowOf (kind: StepKind): Flow {
  return KINDS.generate.includes(kind) ? 'generate' : 'understand'
}
