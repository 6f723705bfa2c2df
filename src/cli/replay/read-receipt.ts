import { Value } from 'typebox/value'
import { type Receipt, ReceiptSchema } from '../../artifacts/receipt.js'
import { promptDigest } from '../../tasks/receipts.js'
import { UsageError } from '../failure.js'

/** A receipt with the words that belong to it. */
export interface Replayable { receipt: Receipt, prompt: string, negativePrompt: string | undefined }

/** Words that were given on the command line, for receipts that hold none. */
export interface GivenWords { prompt: string | undefined, negativePrompt: string | undefined }

/**
 * Reads a receipt: alone, or as the field `receipt` of an answer.
 *
 * @throws UsageError when it is none, lacks words that were not given, or holds others
 */
export function readReceipt (text: string, given: GivenWords): Replayable {
  const value = parse(text)
  const candidate = typeof value === 'object' && value !== null && 'receipt' in value ? value.receipt : value
  if (!Value.Check(ReceiptSchema, candidate)) {
    const [problem] = Value.Errors(ReceiptSchema, candidate)
    throw new UsageError(`this is no receipt of a version that is read here: ${problem?.instancePath || 'the top level'} ${problem?.message ?? 'does not match'}`)
  }
  const prompt = oneOf(candidate.prompt, given.prompt, 'prompt')
  if (prompt === undefined) throw new UsageError('the receipt does not hold the prompt (headers and files never do); give it with --prompt, and a negative prompt with --negative-prompt')
  const negativePrompt = oneOf(candidate.negative_prompt, given.negativePrompt, 'negative-prompt')
  checkWords(candidate, prompt, negativePrompt)
  return { receipt: candidate, prompt, negativePrompt }
}

/** Words of the receipt, or those that were given where it has none. */
function oneOf (held: string | undefined, given: string | undefined, flag: string): string | undefined {
  if (held !== undefined && given !== undefined && held !== given) throw new UsageError(`the receipt says "${held}" where --${flag} says "${given}"; leave --${flag} out`)
  return held ?? given
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError('a receipt is JSON, and this is not')
  }
}

/** A receipt whose words do not belong to it would differ for a reason that is no news. */
function checkWords ({ prompt_sha256: hash, negative_prompt_sha256: negativeHash }: Receipt, prompt: string, negativePrompt: string | undefined): void {
  if (hash === undefined) return
  if (hash !== promptDigest(prompt)) throw new UsageError('the prompt is not the one that the receipt was made with: its SHA-256 is another')
  const digest = negativePrompt === undefined ? undefined : promptDigest(negativePrompt)
  if (digest !== negativeHash) throw new UsageError(negativeHash === undefined ? 'the receipt was made without a negative prompt; leave it out' : 'the negative prompt is not the one that the receipt was made with, or is missing')
}
