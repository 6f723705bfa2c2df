import { codedError } from '../../common/errors.js'
import { pixelProblem, type PixelLimits } from '../check-pixels.js'
import type { DecodeRow, EncodeRow, ExecutorSizes, PictureRow, PromptRow, StepPlan, TextRow, TextSampling, UnmaskRow } from '../executor.js'

/** What plans are checked against. */
export interface PlanLimits {
  sizes: ExecutorSizes
  promptSlots: number
  decodeSlots: number
  jointVocabulary: number
  clipWidth: number
  faceWidth: number
  pixels: PixelLimits
}

const MAX_TOP_LOGPROBS = 20

/**
 * Refuses a plan that breaks a rule of the seam before native code sees it: an index outside a tensor reads or writes somebody else's memory there.
 *
 * @throws runtime_misused
 */
export function checkPlan (plan: StepPlan, limits: PlanLimits): void {
  refuseUnless(plan.rows.length > 0, `a plan of the phase ${plan.phase} has no rows`)
  switch (plan.phase) {
    case 'encode': return plan.rows.forEach((row) => { checkEncode(row, limits) })
    case 'prefill':
      if (plan.kind === 'prompt') return plan.rows.forEach((row) => { checkPrompt(row, limits) })
      if (plan.kind === 'picture') return plan.rows.forEach((row) => { checkPicture(row, limits) })
      return plan.rows.forEach((row) => { checkText(row, limits) })
    case 'decode': return checkDecode(plan.rows, limits)
    case 'unmask': return plan.rows.forEach((row) => { checkUnmask(row, limits) })
    case 'render': return plan.rows.forEach(({ codeIds }) => { checkCodes(codeIds, limits.sizes.codebook, limits) })
  }
}

function checkEncode ({ pixels }: EncodeRow, limits: PlanLimits): void {
  const found = pixelProblem(pixels, limits.pixels)
  if (found !== undefined) throw codedError('runtime_misused', [`a picture's ${found.part} ${found.problem}`])
}

function checkPrompt ({ promptSlot, tokenIds }: PromptRow, { sizes, promptSlots, jointVocabulary }: PlanLimits): void {
  checkIndex('prompt slot', promptSlot, promptSlots)
  refuseUnless(tokenIds.length > 0 && tokenIds.length <= sizes.promptCapacity, `a prompt has ${tokenIds.length} tokens and its slot takes 1 to ${sizes.promptCapacity}`)
  for (const id of tokenIds) checkIndex('token id', id, jointVocabulary)
}

function checkPicture ({ codeIds, clip, face }: PictureRow, limits: PlanLimits): void {
  checkCodes(codeIds, limits.sizes.codebook, limits)
  refuseUnless(clip.length === limits.clipWidth, `a picture embedding has the width ${clip.length} and the model takes ${limits.clipWidth}`)
  refuseUnless(face.length === limits.faceWidth, `a face embedding has the width ${face.length} and the model takes ${limits.faceWidth}`)
}

function checkText ({ slot, pastLength, tokenIds, then }: TextRow, limits: PlanLimits): void {
  checkStretch(slot, pastLength, tokenIds.length, limits)
  for (const id of tokenIds) checkIndex('token id', id, limits.jointVocabulary)
  if (then.want === 'sample') checkSampling(then.sampling, limits)
  if (then.want !== 'score') return
  refuseUnless(then.targetIds.length === tokenIds.length, `${then.targetIds.length} tokens are to be scored after ${tokenIds.length}`)
  for (const id of then.targetIds) checkIndex('token id', id, limits.sizes.textVocabulary)
}

function checkDecode (rows: readonly DecodeRow[], limits: PlanLimits): void {
  const first = rows[0]?.slot ?? 0
  rows.forEach(({ slot, pastLength, tokenId, sampling }, row) => {
    refuseUnless(slot === first + row, `decode slot ${slot} is no neighbour of ${first} in row ${row}`)
    checkStretch(slot, pastLength, 1, limits)
    checkIndex('token id', tokenId, limits.jointVocabulary)
    checkSampling(sampling, limits)
  })
}

function checkStretch (slot: number, pastLength: number, tokens: number, { sizes, decodeSlots }: PlanLimits): void {
  checkIndex('decode slot', slot, decodeSlots)
  checkIndex('past length', pastLength, sizes.slotCapacity)
  refuseUnless(tokens > 0 && pastLength + tokens <= sizes.slotCapacity, `${tokens} tokens behind ${pastLength} do not fit a slot of ${sizes.slotCapacity} positions`)
}

function checkSampling ({ temperature, topP, uniform, allowedTokenIds, allowed, bias, topLogprobs }: TextSampling, { sizes }: PlanLimits): void {
  refuseUnless(temperature >= 0 && topP > 0 && uniform >= 0 && uniform <= 1, `a token is drawn at temperature ${temperature}, top-p ${topP}, with ${uniform}`)
  refuseUnless(topLogprobs >= 0 && topLogprobs <= MAX_TOP_LOGPROBS, `${topLogprobs} likeliest tokens are asked for and there are at most ${MAX_TOP_LOGPROBS}`)
  refuseUnless(allowedTokenIds?.length !== 0, 'no token is allowed')
  for (const id of [...allowedTokenIds ?? [], ...bias?.keys() ?? []]) checkIndex('token id', id, sizes.textVocabulary)
  if (allowed === undefined) return
  refuseUnless(allowed.length === sizes.textVocabulary, `a row allows or forbids ${allowed.length} tokens and there are ${sizes.textVocabulary}`)
  refuseUnless(allowed.includes(1), 'no token is allowed')
}

function checkUnmask (row: UnmaskRow, limits: PlanLimits): void {
  const { imageTokens, codebook } = limits.sizes
  checkCodes(row.codeIds, codebook + 1, limits)
  for (const slot of [row.promptSlot, row.guidance?.promptSlot ?? row.promptSlot]) checkIndex('prompt slot', slot, limits.promptSlots)
  refuseUnless(row.tokenUniforms.length === imageTokens && row.confidenceUniforms.length === imageTokens, `a step has other than ${imageTokens} random numbers of each kind`)
  refuseUnless(row.temperature >= 0 && row.confidenceTemperature >= 0, `codes are drawn at temperature ${row.temperature} and confidence temperature ${row.confidenceTemperature}`)
  refuseUnless(row.noiseLevel >= 0 && row.noiseLevel <= 1, `the noise level is ${row.noiseLevel}`)
  checkIndex('number of codes that stay masked', row.keepMasked, imageTokens + 1)
}

function checkCodes (codeIds: Int32Array, below: number, { sizes }: PlanLimits): void {
  refuseUnless(codeIds.length === sizes.imageTokens, `a picture has ${codeIds.length} codes and the model's have ${sizes.imageTokens}`)
  for (const id of codeIds) checkIndex('code id', id, below)
}

function checkIndex (what: string, index: number, below: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= below) throw codedError('runtime_misused', [`the ${what} ${index} is not below ${below}`])
}

function refuseUnless (holds: boolean, problem: string): void {
  if (!holds) throw codedError('runtime_misused', [problem])
}
