import { codedError } from '../common/errors.js'
import { pixelProblem, type PixelLimits } from './check-pixels.js'
import type { ExecutorSizes } from './executor.js'
import type { CodecWork, GenerateWork, GivenCodes, PictureInput, UnderstandWork, Work } from './protocol.js'

/** What work is checked against. */
export interface WorkLimits {
  sizes: ExecutorSizes
  /** Ids of the joint vocabulary are below it. */
  jointVocabulary: number
  pixels: PixelLimits
}

const MAX_SEED = (1n << 64n) - 1n
const MAX_TOP_LOGPROBS = 20
/** Each preview is kept until its caller takes it. */
const MAX_PREVIEWS = 16

/**
 * Refuses what native code must never see: ids outside the vocabulary, arrays of another size, texts longer than a slot.
 *
 * Callers have checked what a person can get wrong; this is the engine's own wall.
 *
 * @throws CodedError prompt_too_long, conversation_too_long, or invalid_field with the field of the work
 */
export function checkWork (work: Work, limits: WorkLimits): void {
  if (work.kind === 'encode' || work.kind === 'render') return checkCodec(work, limits)
  refuseUnless(work.seed >= 0n && work.seed <= MAX_SEED, 'seed', 'is not an unsigned 64-bit integer')
  refuseUnless(Number.isInteger(work.row) && work.row >= 0, 'row', 'is not a whole number')
  refuseUnless(work.temperature >= 0 && Number.isFinite(work.temperature), 'temperature', 'is not a number from 0 on')
  if (work.kind === 'generate') checkGenerate(work, limits)
  else checkUnderstand(work, limits)
}

function checkGenerate (work: GenerateWork, limits: WorkLimits): void {
  const { sizes, jointVocabulary } = limits
  for (const [field, ids] of [['promptTokenIds', work.promptTokenIds], ['negativeTokenIds', work.negativeTokenIds]] as const) {
    if (ids.length > sizes.promptCapacity) throw codedError('prompt_too_long', [ids.length, sizes.promptCapacity])
    checkIds(field, ids, jointVocabulary)
  }
  refuseUnless(Number.isInteger(work.numInferenceSteps) && work.numInferenceSteps >= 1, 'numInferenceSteps', 'is not a whole number from 1 on')
  refuseUnless(Number.isFinite(work.guidanceScale), 'guidanceScale', 'is not a number')
  refuseUnless(work.confidenceTemperature >= 0 && Number.isFinite(work.confidenceTemperature), 'confidenceTemperature', 'is not a number from 0 on')
  const { previews = 0 } = work
  refuseUnless(Number.isInteger(previews) && previews >= 0 && previews <= MAX_PREVIEWS, 'previews', `is not from 0 to ${MAX_PREVIEWS}`)
  if (work.given !== undefined) checkGiven(work.given, limits)
}

function checkGiven (given: GivenCodes, { sizes, pixels }: WorkLimits): void {
  if ('picture' in given) {
    checkPixels('given', given.picture, pixels)
    const { remake } = given
    refuseUnless(remake.length > 0, 'given', 'leaves nothing to make')
    refuseUnless(remake.every((position) => Number.isInteger(position) && position >= 0 && position < sizes.imageTokens), 'given', 'has a position outside the picture')
    refuseUnless(new Set(remake).size === remake.length, 'given', 'has a position twice')
    return
  }
  const { codeIds } = given
  refuseUnless(codeIds.length === sizes.imageTokens, 'given', `has ${codeIds.length} codes and the model's pictures have ${sizes.imageTokens}`)
  refuseUnless(codeIds.every((id) => id >= 0 && id <= sizes.codebook), 'given', 'has a code outside the codebook')
  refuseUnless(codeIds.includes(sizes.codebook), 'given', 'leaves nothing to make')
}

function checkCodec (work: CodecWork, { sizes, pixels }: WorkLimits): void {
  if (work.kind === 'encode') return checkPixels('picture', work.picture, pixels)
  const { codeIds } = work
  refuseUnless(codeIds.length === sizes.imageTokens, 'codeIds', `has ${codeIds.length} codes and the model's pictures have ${sizes.imageTokens}`)
  refuseUnless(codeIds.every((id) => id >= 0 && id < sizes.codebook), 'codeIds', 'has a code outside the codebook')
}

function checkUnderstand (work: UnderstandWork, { sizes, jointVocabulary, pixels }: WorkLimits): void {
  checkPixels('picture', work.picture, pixels)
  checkIds('textTokenIds', work.textTokenIds, jointVocabulary)
  refuseUnless(work.topP > 0 && work.topP <= 1, 'topP', 'is not above 0 and at most 1')
  refuseUnless(Number.isInteger(work.topLogprobs) && work.topLogprobs >= 0 && work.topLogprobs <= MAX_TOP_LOGPROBS, 'topLogprobs', `is not from 0 to ${MAX_TOP_LOGPROBS}`)
  for (const ids of [...work.allowedTokenIds ?? [], ...work.choices ?? []]) checkIds('allowedTokenIds or choices', ids, sizes.textVocabulary)
  refuseUnless(work.choices?.length !== 0, 'choices', 'is empty')
  refuseUnless(work.logits?.bias.every(([id, amount]) => Number.isInteger(id) && id >= 0 && id < sizes.textVocabulary && Number.isFinite(amount)) !== false, 'logits', 'names an id outside the vocabulary, or adds what is no number')
  refuseUnless(work.grammar === undefined || work.allowedTokenIds === undefined, 'allowedTokenIds', 'stands beside a grammar')
  refuseUnless(work.stop?.strings.every(({ length }) => length > 0) !== false, 'stop', 'has an empty string')
  refuseUnless(Number.isInteger(work.maxTokens) && work.maxTokens >= 1, 'maxTokens', 'is not a whole number from 1 on')
  const written = work.choices === undefined ? work.maxTokens : Math.max(...work.choices.map((ids) => ids.length))
  const positions = sizes.picturePrefixLength + work.textTokenIds.length + written
  if (positions > sizes.slotCapacity) throw codedError('conversation_too_long', [positions, sizes.slotCapacity])
}

function checkPixels (field: string, { pixels }: PictureInput, limits: PixelLimits): void {
  const found = pixelProblem(pixels, limits)
  if (found !== undefined) throw codedError('invalid_field', [`${field}.${found.part}`, found.problem])
}

function checkIds (field: string, ids: readonly number[], below: number): void {
  refuseUnless(ids.length > 0, field, 'is empty')
  refuseUnless(ids.every((id) => Number.isInteger(id) && id >= 0 && id < below), field, 'has an id outside the vocabulary')
}

function refuseUnless (holds: boolean, field: string, problem: string): void {
  if (!holds) throw codedError('invalid_field', [field, problem])
}
