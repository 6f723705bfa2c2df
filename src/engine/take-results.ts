import { judgeToken } from '../sampling/stop.js'
import type { Vocabulary } from '../sampling/vocabulary.js'
import type { StepOutcome } from '../scheduler/step.js'
import { codesOf, type KeptPicture, pictureOf, type PlanSources, type RowsOf, textOf } from './build-plan.js'
import { errorOf } from './constraint-error.js'
import type { EncodeResult, PassRouting, RowResults, TextSample } from './executor.js'
import type { PassLedger } from './pass-ledger.js'
import type { EngineEvent, FinishReason } from './protocol.js'
import { CodecSequence, type PictureSequence, type Sequence, type TextSequence } from './sequence.js'
import type { CacheName } from './stats.js'

/** Takes the results of steps into their sequences and tells the callers. Results are in the order of the step's rows. */

/** What results are taken into. */
export interface ResultSinks extends PlanSources {
  ledger: PassLedger
  /** Ends every text. */
  endOfText: number
  /** Bytes of tokens, for what ends or constrains texts by their words. */
  vocabulary: Pick<Vocabulary, 'bytesOf'>
  keepEncoding (picture: string, encoding: EncodeResult): void
  keepPicture (picture: string, kept: KeptPicture): void
  tell (sequence: Sequence, event: EngineEvent): void
  finish (sequence: Sequence, finishReason: FinishReason): void
  /** A sequence cannot go on, by itself. */
  fail (sequence: Sequence, error: Error): void
  /** A sequence needed a prefix or an encoding, and somebody had made it already, or not. */
  lookUp (cache: CacheName, found: 'hit' | 'miss'): void
}

/** What the scheduler has to know of the results. */
export type Completed = Omit<StepOutcome, 'costMs'>

function outcome (parts: Partial<Completed> = {}): Completed {
  return { completed: new Set(), previews: new Set(), prefixBytes: 0, ...parts }
}

export function takeEncodings (rows: RowsOf<'encode' | 'original'>, results: RowResults['encode'][], durationMs: number, sinks: ResultSinks): Completed {
  pair(rows, results, ({ id, key }, encoding) => {
    const sequence = sinks.sequence(id)
    sequence.filled.add(encodingOf(key))
    sequence.usage.addEncodeTime(durationMs)
    sinks.keepEncoding(key, encoding)
  })
  return outcome()
}

export function takeCodes (rows: RowsOf<'codes'>, results: RowResults['encode'][], sinks: ResultSinks): Completed {
  pair(rows, results, ({ id }, { codeIds }) => {
    const sequence = sinks.sequence(id)
    sinks.tell(sequence, { type: 'codes', codeIds })
    sinks.finish(sequence, 'stop')
  })
  return outcome()
}

export function takePrompts (rows: RowsOf<'prompt'>, results: RowResults['prompt'][], sinks: ResultSinks): Completed {
  pair(rows, results, ({ id, key }, { routing }) => {
    const picture = pictureOf(sinks, id)
    const tokens = (key === picture.prompts[0] ? picture.work.promptTokenIds : picture.work.negativeTokenIds).length
    picture.filled.add(key)
    picture.usage.addComputed(tokens)
    sinks.ledger.record(picture, 'prefill', routing, tokens)
  })
  return outcome()
}

export function takePictures (rows: RowsOf<'picture'>, results: RowResults['picture'][], durationMs: number, sinks: ResultSinks): Completed {
  let prefixBytes = 0
  pair(rows, results, ({ id, key }, { prefix, routing }) => {
    const text = textOf(sinks, id)
    const { picturePrefixLength } = sinks.sizes
    text.filled.add(key)
    text.usage.addComputed(picturePrefixLength)
    text.usage.addEncodeTime(durationMs)
    sinks.ledger.record(text, 'prefill', routing, picturePrefixLength)
    sinks.keepPicture(key, { prefix, finding: sinks.encoding(key).finding })
    prefixBytes = prefix.bytes
  })
  return outcome({ prefixBytes })
}

/** @param results of each text's rows */
export function takeTexts (rows: RowsOf<'text'>, results: RowResults['text'][][], sinks: ResultSinks): Completed {
  const completed = new Set<string>()
  pair(rows, results, ({ id }, own) => {
    const text = textOf(sinks, id)
    lookUpPicture(text, sinks)
    const { choices } = text.work
    if (choices !== undefined) {
      completed.add(id)
      takeScores(text, choices, own, sinks)
      return
    }
    const [result] = own
    if (result?.sample === undefined) throw new Error(`the prefill of ${id} drew no token`)
    sinks.ledger.record(text, 'prefill', result.routing, text.work.textTokenIds.length)
    if (takeToken(text, result.sample, sinks) === 'ended') completed.add(id)
  })
  return outcome({ completed })
}

function lookUpPicture ({ filled, work: { picture: { key } } }: TextSequence, { lookUp }: ResultSinks): void {
  lookUp('picture', filled.has(key) ? 'miss' : 'hit')
  if (filled.has(key)) lookUp('encoding', filled.has(encodingOf(key)) ? 'miss' : 'hit')
}

function takeScores (text: TextSequence, choices: readonly number[][], results: RowResults['text'][], sinks: ResultSinks): void {
  const shared = results.length - choices.length
  const tokensOf = (index: number): number => index < shared ? text.work.textTokenIds.length - 1 : choices[index - shared]?.length ?? 0
  results.forEach(({ routing }, index) => { sinks.ledger.record(text, 'prefill', routing, tokensOf(index)) })
  const logprobs = results.slice(shared).map(({ logprobs: each = new Float32Array() }) => each.reduce((sum, logprob) => sum + logprob, 0))
  sinks.tell(text, { type: 'choices', logprobs })
  sinks.finish(text, 'stop')
}

export function takeDecoded (rows: RowsOf<'decode'>, results: RowResults['decode'][], sinks: ResultSinks): Completed {
  const completed = new Set<string>()
  pair(rows, results, ({ id }, { sample, routing }) => {
    const text = textOf(sinks, id)
    sinks.ledger.record(text, 'decode', routing, 1)
    if (takeToken(text, sample, sinks) === 'ended') completed.add(id)
  })
  return outcome({ completed })
}

function takeToken (text: TextSequence, { tokenId, logprob, top }: TextSample, sinks: ResultSinks): 'more' | 'ended' {
  const { maxTokens, stopTokenIds = [] } = text.work
  const verdict = judgeToken(tokenId, text.tokenIds.length, { maxTokens, stopTokenIds: new Set([sinks.endOfText, ...stopTokenIds]) })
  if (verdict !== 'stop') {
    text.tokenIds.push(tokenId)
    sinks.tell(text, text.tokenEvent(tokenId, logprob, top))
  }
  const end = verdict === 'stop' ? verdict : readToken(text, tokenId, sinks) ?? verdict
  if (end === 'continue') return 'more'
  if (end instanceof Error) sinks.fail(text, end)
  else sinks.finish(text, end)
  return 'ended'
}

/** What the bytes of a token do to its text, by its stop strings and its grammar; undefined: nothing. */
function readToken ({ stops, constraint }: TextSequence, tokenId: number, { vocabulary }: ResultSinks): 'stop' | Error | undefined {
  constraint?.accept(tokenId)
  if (stops?.push(vocabulary.bytesOf(tokenId)) === 'found' || constraint?.next.outcome === 'end') return 'stop'
  return constraint === undefined ? undefined : errorOf(constraint.next)
}

export function takeUnmasked (rows: RowsOf<'unmask'>, results: RowResults['unmask'][], sinks: ResultSinks): Completed {
  const completed = new Set<string>()
  const previews = new Set<string>()
  pair(rows, results, ({ id }, { nextCodeIds, proposedCodeIds, routing }) => {
    const picture = pictureOf(sinks, id)
    if (picture.step === 0) lookUpSources(picture, sinks)
    recordRows(picture, routing, sinks)
    if (picture.advance(nextCodeIds, proposedCodeIds) === 'done') completed.add(id)
    else if (picture.isPreviewDue) previews.add(id)
  })
  return outcome({ completed, previews })
}

function lookUpSources ({ prompts, original, filled }: PictureSequence, { lookUp }: ResultSinks): void {
  for (const key of prompts) lookUp('prompt', filled.has(key) ? 'miss' : 'hit')
  if (original !== undefined) lookUp('encoding', filled.has(encodingOf(original.key)) ? 'miss' : 'hit')
}

/** The image block is the picture between its two marks. */
const MARKS_AROUND_PICTURE = 2

function recordRows (picture: PictureSequence, routing: PassRouting[], { ledger, sizes }: ResultSinks): void {
  for (const row of routing) ledger.record(picture, 'unmask', row, sizes.imageTokens + MARKS_AROUND_PICTURE)
}

export function takeRendered (rows: RowsOf<'render'>, results: RowResults['render'][], sinks: ResultSinks): Completed {
  const { imageSize: size } = sinks.sizes
  pair(rows, results, ({ id, what }, { rgb }) => {
    const sequence = sinks.sequence(id)
    if (sequence instanceof CodecSequence) {
      sinks.tell(sequence, { type: 'image', rgb, size, codeIds: codesOf(sequence) })
      sinks.finish(sequence, 'stop')
      return
    }
    const picture = pictureOf(sinks, id)
    const { step, decided, codeIds, work: { numInferenceSteps: steps } } = picture
    if (what === 'preview') {
      sinks.tell(picture, { type: 'preview', step, steps, decided, rgb, size })
      return
    }
    sinks.tell(picture, { type: 'image', rgb, size, codeIds })
    sinks.finish(picture, 'stop')
  })
  return outcome()
}

/** Under which name a picture's encoding is noted among what was made for a sequence. */
function encodingOf (picture: string): string {
  return `encoding of ${picture}`
}

function pair<R, S> (rows: readonly R[], results: readonly S[], take: (row: R, result: S) => void): void {
  if (rows.length !== results.length) throw new Error(`a step of ${rows.length} rows had ${results.length} results`)
  rows.forEach((row, index) => {
    const result = results[index]
    if (result !== undefined) take(row, result)
  })
}
