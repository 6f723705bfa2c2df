import { createHash } from 'node:crypto'
import type { Receipt } from '../artifacts/receipt.js'
import { codedError } from '../common/errors.js'
import type { GenerateWork } from '../engine/protocol.js'
import type { TaskDependencies } from './task-context.js'

/** What a receipt says of the words that were asked with. */
export type PromptDetail =
  /** Nothing: for files, which travel. */
  | { kind: 'none' }
  /** Themselves and their SHA-256: for whoever sent them. */
  | { kind: 'full' } & Words

/** What was asked with. */
export interface Words { prompt: string, negativePrompt?: string | undefined }

/** A picture's code ids in short. */
export function codesDigest (codeIds: Int32Array): string {
  const bytes = Buffer.alloc(4 * codeIds.length)
  codeIds.forEach((id, index) => { bytes.writeInt32LE(id, 4 * index) })
  return createHash('sha256').update(bytes).digest('hex')
}

type ReceiptDependencies = Pick<TaskDependencies, 'model' | 'engine'>

/**
 * The receipt of pictures that were made together.
 *
 * @param work of any of them; they differ in their rows only
 * @param digests code ids in short, by row
 */
export function receiptOf ({ model, engine }: ReceiptDependencies, work: GenerateWork, digests: ReadonlyMap<number, string>, words: PromptDetail): Receipt {
  const { manifest, digest } = model
  return {
    format: 'unif2ace-receipt/1',
    model: { name: manifest.name, digest },
    precision: manifest.precision,
    execution_provider: engine.model()?.executionProvider ?? 'unknown',
    made_from: work.given === undefined ? 'prompt' : 'prompt_and_picture',
    ...wordsOf(words),
    seed: Number(work.seed),
    num_inference_steps: work.numInferenceSteps,
    guidance_scale: work.guidanceScale,
    sampler: { mask_schedule: manifest.mask_schedule, temperature: work.temperature, confidence_temperature: work.confidenceTemperature },
    pictures: [...digests].sort(([a], [b]) => a - b).map(([index, sha256]) => ({ index, code_ids_sha256: sha256 }))
  }
}

/**
 * The receipt for whoever asked, of a drawing that is done.
 *
 * @param digests code ids in short, by row
 */
export function drawingReceipt (dependencies: ReceiptDependencies, { works: [work] }: { works: readonly GenerateWork[] }, digests: ReadonlyMap<number, string>, { prompt, negativePrompt }: Words): Receipt {
  if (work === undefined) throw codedError('internal_error', ['a drawing without a picture'])
  return receiptOf(dependencies, work, digests, { kind: 'full', prompt, negativePrompt })
}

/** SHA-256 of a prompt. */
export function promptDigest (prompt: string): string {
  return createHash('sha256').update(prompt, 'utf8').digest('hex')
}

/** The same receipt for headers, which proxies log: without the words themselves. */
export function withoutWords ({ prompt, negative_prompt: negative, ...receipt }: Receipt): Receipt {
  return receipt
}

function wordsOf (words: PromptDetail): Pick<Receipt, 'prompt' | 'negative_prompt' | 'prompt_sha256' | 'negative_prompt_sha256'> {
  if (words.kind === 'none') return {}
  const { prompt, negativePrompt } = words
  const hashes = { prompt_sha256: promptDigest(prompt), ...(negativePrompt === undefined ? {} : { negative_prompt_sha256: promptDigest(negativePrompt) }) }
  return { prompt, ...(negativePrompt === undefined ? {} : { negative_prompt: negativePrompt }), ...hashes }
}
