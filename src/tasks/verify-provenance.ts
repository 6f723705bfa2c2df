import { Value } from 'typebox/value'
import { type Receipt, ReceiptSchema } from '../artifacts/receipt.js'
import type { ManifestFinding, ManifestReader } from '../image/c2pa/manifest-reader.js'
import type { ReadableFormat } from '../image/image-format.js'
import { type FoundMarks, readMarks } from '../image/read-marks.js'
import { DIGITAL_SOURCE_TYPE } from '../image/xmp-packet.js'
import { imageErrors } from './prepare-picture.js'

/** What a picture file says of its making, and what of that can be held against this server. */
export interface ProvenanceReport {
  format: ReadableFormat
  verdict: Verdict
  digitalSourceType: string | undefined
  /** What our own mark says; undefined without one. */
  generator: { model: string | undefined, modelDigest: string | undefined, seed: number | undefined, isServedHere: boolean } | undefined
  /** Undefined where there is none, or none that can be read. */
  receipt: Receipt | undefined
  c2pa: C2paReport
}

/** The conclusion in one word. */
export type Verdict =
  /** Its own mark names the model that this server serves. A mark can be copied: `unif2ace replay` of the receipt is the proof. */
  | 'claims_this_model'
  /** Our mark, another model. */
  | 'claims_another_model'
  /** Marked, or signed, as made or changed by a model, by somebody else. */
  | 'marked_as_generated'
  /** There is XMP that says something else about the source. */
  | 'marked_otherwise'
  /** It says nothing. That is no sign of a photograph: marks are lost by most services that handle pictures. */
  | 'not_marked'

export const VERDICTS = ['claims_this_model', 'claims_another_model', 'marked_as_generated', 'marked_otherwise', 'not_marked'] as const satisfies readonly Verdict[]

/** What becomes of a C2PA manifest. */
export type C2paState =
  | 'absent'
  /** There is one, and the library that would check it is not installed. */
  | 'present_not_checked'
  /** Signed with this server's own certificate, and nothing was changed since. */
  | 'trusted'
  /** Nothing was changed since somebody signed it, whose name this server has not checked. */
  | 'valid'
  /** Changed since it was signed, or not rightly signed. */
  | 'invalid'

export const C2PA_STATES = ['absent', 'present_not_checked', 'trusted', 'valid', 'invalid'] as const satisfies readonly C2paState[]

export interface C2paReport extends Omit<ManifestFinding, 'state'> { state: C2paState }

/** IPTC's terms for pictures that a model made or changed. */
const GENERATED = new Set(['trainedAlgorithmicMedia', 'compositeWithTrainedAlgorithmicMedia', 'algorithmicMedia', 'compositeSynthetic'].map((term) => DIGITAL_SOURCE_TYPE + term))

/**
 * Reads what a picture file says of its making. No pixel is looked at, and nothing is kept.
 *
 * @param servedDigests of the models that this server serves
 * @throws image_format_unsupported, image_unreadable
 */
export async function verifyProvenance (servedDigests: readonly string[], file: Uint8Array, manifests: Pick<ManifestReader, 'read'>): Promise<ProvenanceReport> {
  const marks = await imageErrors(() => readMarks(file))
  const c2pa = await checkManifest(marks, file, manifests)
  const isServedHere = marks.modelDigest !== undefined && servedDigests.includes(marks.modelDigest)
  const hasOwn = marks.model !== undefined || marks.modelDigest !== undefined
  return {
    format: marks.format,
    verdict: verdictOn(marks, c2pa, isServedHere, hasOwn),
    digitalSourceType: marks.digitalSourceType,
    generator: hasOwn ? { model: marks.model, modelDigest: marks.modelDigest, seed: seedOf(marks.seed), isServedHere } : undefined,
    receipt: marks.receipt === undefined ? undefined : parseReceipt(marks.receipt),
    c2pa
  }
}

async function checkManifest ({ carriesC2pa, format }: FoundMarks, file: Uint8Array, manifests: Pick<ManifestReader, 'read'>): Promise<C2paReport> {
  const finding = carriesC2pa ? await manifests.read(file, format) : undefined
  return finding ?? { state: carriesC2pa ? 'present_not_checked' : 'absent', signer: undefined, sources: [], problems: [] }
}

function verdictOn ({ digitalSourceType }: FoundMarks, { state, sources }: C2paReport, isServedHere: boolean, hasOwn: boolean): Verdict {
  if (isServedHere) return 'claims_this_model'
  if (hasOwn) return 'claims_another_model'
  // What an invalid manifest says may be of another picture.
  const named = [digitalSourceType, ...(state === 'invalid' ? [] : sources)].flatMap((source) => source?.replace(/^https:/, 'http:') ?? [])
  if (named.length === 0) return 'not_marked'
  return named.some((source) => GENERATED.has(source)) ? 'marked_as_generated' : 'marked_otherwise'
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
