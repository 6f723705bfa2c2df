import { Value } from 'typebox/value'
import { type Receipt, ReceiptSchema } from '../artifacts/receipt.js'
import type { ReadableFormat } from '../image/image-format.js'
import { type FoundMarks, readMarks } from '../image/read-marks.js'
import { DIGITAL_SOURCE_TYPE } from '../image/xmp-packet.js'
import { imageErrors } from './prepare-picture.js'
import type { TaskDependencies } from './task-context.js'

/** What a picture file says of its making, and what of that can be held against this server. */
export interface ProvenanceReport {
  format: ReadableFormat
  verdict: Verdict
  digitalSourceType: string | undefined
  /** What our own mark says; undefined without one. */
  generator: { model: string | undefined, modelDigest: string | undefined, seed: number | undefined, isServedHere: boolean } | undefined
  /** Undefined where there is none, or none that can be read. */
  receipt: Receipt | undefined
  c2pa: C2paState
}

/** The conclusion in one word. */
export type Verdict =
  /** Its own mark names the model that this server serves. A mark can be copied: `unif2ace replay` of the receipt is the proof. */
  | 'claims_this_model'
  /** Our mark, another model. */
  | 'claims_another_model'
  /** Marked as made or changed by a model, by somebody else. */
  | 'marked_as_generated'
  /** There is XMP that says something else about the source. */
  | 'marked_otherwise'
  /** It says nothing. That is no sign of a photograph: marks are lost by most services that handle pictures. */
  | 'not_marked'

export const VERDICTS = ['claims_this_model', 'claims_another_model', 'marked_as_generated', 'marked_otherwise', 'not_marked'] as const satisfies readonly Verdict[]

/** Whether there is a C2PA manifest. This server does not check signatures. */
export type C2paState = 'absent' | 'present_not_checked'

/** IPTC's terms for pictures that a model made or changed. */
const GENERATED = new Set(['trainedAlgorithmicMedia', 'compositeWithTrainedAlgorithmicMedia', 'algorithmicMedia', 'compositeSynthetic'].map((term) => DIGITAL_SOURCE_TYPE + term))

/**
 * Reads what a picture file says of its making. No pixel is looked at, and nothing is kept.
 *
 * @throws image_format_unsupported, image_unreadable
 */
export async function verifyProvenance ({ model }: Pick<TaskDependencies, 'model'>, file: Uint8Array): Promise<ProvenanceReport> {
  const marks = await imageErrors(() => readMarks(file))
  const isServedHere = marks.modelDigest === model.digest
  const hasOwn = marks.model !== undefined || marks.modelDigest !== undefined
  return {
    format: marks.format,
    verdict: verdictOn(marks, isServedHere, hasOwn),
    digitalSourceType: marks.digitalSourceType,
    generator: hasOwn ? { model: marks.model, modelDigest: marks.modelDigest, seed: seedOf(marks.seed), isServedHere } : undefined,
    receipt: marks.receipt === undefined ? undefined : parseReceipt(marks.receipt),
    c2pa: marks.carriesC2pa ? 'present_not_checked' : 'absent'
  }
}

function verdictOn ({ digitalSourceType }: FoundMarks, isServedHere: boolean, hasOwn: boolean): Verdict {
  if (isServedHere) return 'claims_this_model'
  if (hasOwn) return 'claims_another_model'
  if (digitalSourceType === undefined) return 'not_marked'
  return GENERATED.has(digitalSourceType.replace(/^https:/, 'http:')) ? 'marked_as_generated' : 'marked_otherwise'
}

function seedOf (text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined
}

function parseReceipt (json: string): Receipt | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return Value.Check(ReceiptSchema, value) ? value : undefined
  } catch {
    return undefined
  }
}
