import { drawOfToken, drawsOfStep } from '../sampling/draws.js'
import { logitBiasOf } from '../sampling/logit-bias.js'
import { annealedConfidence } from '../sampling/mask-schedule.js'
import type { Step } from '../scheduler/step.js'
import type { DecodeRow, EncodeResult, EncodeRow, ExecutorSizes, PicturePrefix, PictureRow, PromptRow, RenderRow, TextRow, TextSampling, UnmaskRow } from './executor.js'
import type { PictureInput } from './protocol.js'
import { CodecSequence, PictureSequence, promptName, TextSequence, type Sequence } from './sequence.js'

/** Fills the rows of the scheduler's steps with ids, codes, pixels and random numbers. */

/** What rows are filled from. */
export interface PlanSources {
  sizes: ExecutorSizes
  sequence (id: string): Sequence
  encoding (picture: string): EncodeResult
}

/** A picture's keys and values with what else an answer about it needs. */
export interface KeptPicture { prefix: PicturePrefix, finding: EncodeResult['finding'] }

/** What the scheduler says of the rows of a step. */
export type RowsOf<K extends Step['kind']> = Extract<Step, { kind: K }>['rows']

export function encodeRows (rows: RowsOf<'encode' | 'original' | 'codes'>, sources: PlanSources): EncodeRow[] {
  return rows.map(({ id }) => ({ pixels: inputOf(sources.sequence(id)).pixels }))
}

export function promptRows (rows: RowsOf<'prompt'>, sources: PlanSources): PromptRow[] {
  return rows.map(({ id, key, slot }) => ({ promptSlot: slot, tokenIds: promptTokens(pictureOf(sources, id), key) }))
}

export function pictureRows (rows: RowsOf<'picture'>, sources: PlanSources): PictureRow[] {
  return rows.map(({ key }) => sources.encoding(key))
}

/** What a text has to read, in order: its question, and for choices what they share and then each of them. */
export function textRows ({ id, slot }: RowsOf<'text'>[number], sources: PlanSources): TextRow[] {
  return rowsOfText(textOf(sources, id), slot, sources.sizes)
}

export function decodeRows (rows: RowsOf<'decode'>, sources: PlanSources): DecodeRow[] {
  return rows.map(({ id, slot }) => {
    const text = textOf(sources, id)
    return { slot, pastLength: text.slotLength(sources.sizes), tokenId: lastOf(text.tokenIds), sampling: samplingOf(text) }
  })
}

export function unmaskRows (rows: RowsOf<'unmask'>, sources: PlanSources): UnmaskRow[] {
  return rows.map(({ id, promptSlots }) => {
    const picture = pictureOf(sources, id)
    if (picture.original !== undefined) picture.keepOf(sources.encoding(picture.original.key).codeIds, sources.sizes)
    return unmaskRow(picture, promptSlots, sources.sizes)
  })
}

export function renderRows (rows: RowsOf<'render'>, sources: PlanSources): RenderRow[] {
  return rows.map(({ id, what }) => {
    const sequence = sources.sequence(id)
    if (sequence instanceof CodecSequence) return { codeIds: codesOf(sequence) }
    const picture = pictureOf(sources, id)
    return { codeIds: what === 'picture' ? picture.codeIds : picture.proposed }
  })
}

function rowsOfText (text: TextSequence, slot: number, { picturePrefixLength }: ExecutorSizes): TextRow[] {
  const { textTokenIds, choices } = text.work
  if (choices === undefined) return [{ slot, pastLength: picturePrefixLength, tokenIds: textTokenIds, then: { want: 'sample', sampling: samplingOf(text) } }]
  // The text's last token goes in front of each choice: what follows it is the choice's first token.
  const shared = textTokenIds.slice(0, -1)
  const before = shared.length === 0 ? [] : [{ slot, pastLength: picturePrefixLength, tokenIds: shared, then: { want: 'nothing' } as const }]
  return [...before, ...choices.map((choice): TextRow => ({
    slot,
    pastLength: picturePrefixLength + shared.length,
    tokenIds: [lastOf(textTokenIds), ...choice.slice(0, -1)],
    then: { want: 'score', targetIds: choice }
  }))]
}

/** How the next token of a text is drawn. */
function samplingOf ({ work, tokenIds, constraint }: TextSequence): TextSampling {
  const allowedTokenIds = work.allowedTokenIds?.[tokenIds.length]
  const bias = work.logits === undefined ? undefined : logitBiasOf(work.logits, tokenIds)
  return {
    temperature: work.temperature,
    topP: work.topP,
    uniform: drawOfToken(work, tokenIds.length),
    topLogprobs: work.topLogprobs,
    ...(allowedTokenIds === undefined ? {} : { allowedTokenIds }),
    ...(constraint !== undefined && 'allowed' in constraint.next ? { allowed: constraint.next.allowed } : {}),
    ...(bias === undefined ? {} : { bias })
  }
}

function unmaskRow (picture: PictureSequence, [conditional = 0, unconditional]: number[], { imageTokens }: ExecutorSizes): UnmaskRow {
  const { work, step } = picture
  const draws = drawsOfStep(work, step, imageTokens)
  return {
    codeIds: picture.codeIds,
    noiseLevel: picture.maskedNow / imageTokens,
    promptSlot: conditional,
    ...(unconditional === undefined ? {} : { guidance: { scale: work.guidanceScale, promptSlot: unconditional } }),
    temperature: work.temperature,
    tokenUniforms: draws.token,
    confidenceUniforms: draws.confidence,
    confidenceTemperature: annealedConfidence(work.confidenceTemperature, step, work.numInferenceSteps),
    keepMasked: picture.keepMasked
  }
}

/** The codes whose pixels are all that is asked for. */
export function codesOf ({ origin: { id }, work }: CodecSequence): Int32Array {
  if (work.kind === 'render') return work.codeIds
  throw new Error(`${id} has no codes`)
}

/** The picture that a sequence reads, edits or encodes. */
function inputOf (sequence: Sequence): PictureInput {
  const input = sequence instanceof PictureSequence ? sequence.original : 'picture' in sequence.work ? sequence.work.picture : undefined
  if (input === undefined) throw new Error(`${sequence.origin.id} has no picture to encode`)
  return input
}

function promptTokens ({ work }: PictureSequence, key: string): readonly number[] {
  return promptName(work.promptTokenIds) === key ? work.promptTokenIds : work.negativeTokenIds
}

export function pictureOf ({ sequence }: Pick<PlanSources, 'sequence'>, id: string): PictureSequence {
  const found = sequence(id)
  if (found instanceof PictureSequence) return found
  throw new Error(`${id} makes no picture`)
}

export function textOf ({ sequence }: Pick<PlanSources, 'sequence'>, id: string): TextSequence {
  const found = sequence(id)
  if (found instanceof TextSequence) return found
  throw new Error(`${id} writes no text`)
}

function lastOf (ids: readonly number[]): number {
  const last = ids.at(-1)
  if (last === undefined) throw new Error('there is no last token')
  return last
}
