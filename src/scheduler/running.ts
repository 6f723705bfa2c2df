import type { GenerateDemand, UnderstandDemand } from './step.js'

/** A sequence that has begun. */
export type Running = RunningPicture | RunningText

interface RunningBase {
  id: string
  /** Place in the order of beginning: what began first is served first. */
  turn: number
  deadlineAt: number | undefined
  isAlone: boolean
  /** A step with it in company has failed: it is tried by itself, so that others do not fail for its sake. */
  isSuspect: boolean
  /** Number of the step that last worked on it; 0 for none. */
  servedAt: number
}

export interface RunningPicture extends RunningBase {
  flow: 'generate'
  demand: GenerateDemand
  /** `prefixes`: its text prefixes are being made, and the codes of the picture that it edits. `unmasking`. `rendering`: codes to pixels. `encoding`: pixels to codes, and nothing else. */
  stage: 'prefixes' | 'unmasking' | 'rendering' | 'encoding'
  /** The picture so far is to be rendered, before its next step: a preview shows the step that it was asked for. */
  wantsPreview: boolean
}

export interface RunningText extends RunningBase {
  flow: 'understand'
  demand: UnderstandDemand
  /** `reading`: its picture and its text. `writing`: it has a decode slot. */
  stage: 'reading' | 'writing'
}

/** Where a picture begins: what goes through the codec alone is at its last stage at once. */
export function firstStage ({ codec }: GenerateDemand): RunningPicture['stage'] {
  if (codec === undefined) return 'prefixes'
  return codec === 'encode' ? 'encoding' : 'rendering'
}

export type Stage = Running['stage']

const NEXT: Record<Stage, Stage | undefined> = { prefixes: 'unmasking', unmasking: 'rendering', rendering: undefined, encoding: undefined, reading: 'writing', writing: undefined }

/** Moves a sequence to a stage; the stages of a flow are gone through in order, without a step back. */
export function enter (sequence: Running, stage: Stage): void {
  if (NEXT[sequence.stage] !== stage) throw new Error(`${sequence.id} cannot go from ${sequence.stage} to ${stage}`)
  Object.assign(sequence, { stage })
}
