import type { GenerateWork } from '../engine/protocol.js'
import type { PictureClaim } from '../image/c2pa/claim.js'
import type { RgbSquare } from '../image/rgb-square.js'
import { xmpPacket } from '../image/xmp-packet.js'
import { codesDigest, receiptOf } from './receipts.js'
import type { TaskDependencies } from './task-context.js'

/** A picture as the engine drew it, with what its file has to say of it. */
export interface DrawnPicture extends RgbSquare {
  /** XMP for the file; undefined where the operator has switched it off. */
  xmp: string | undefined
  /** What a signature says of it; undefined likewise. */
  claim: PictureClaim | undefined
}

type MarkDependencies = Pick<TaskDependencies, 'model' | 'engine' | 'provenance'>

/**
 * Puts the marks of its making to a picture: that a model made it, which one, from which seed, and the receipt to make it again. Words are not among them: files travel.
 *
 * @param codeIds of a finished picture; a preview has none
 */
export function markPicture (dependencies: MarkDependencies, work: GenerateWork, { rgb, size }: RgbSquare, codeIds?: Int32Array): DrawnPicture {
  if (dependencies.provenance === 'off') return { rgb, size, xmp: undefined, claim: undefined }
  const { manifest, digest } = dependencies.model
  const receipt = codeIds === undefined ? undefined : receiptOf(dependencies, work, new Map([[work.row, codesDigest(codeIds)]]), { kind: 'none' })
  const claim: PictureClaim = {
    source: work.given === undefined ? 'trainedAlgorithmicMedia' : 'compositeWithTrainedAlgorithmicMedia',
    model: manifest.name,
    modelDigest: digest,
    seed: Number(work.seed)
  }
  return { rgb, size, xmp: xmpPacket({ ...claim, receipt: receipt === undefined ? undefined : JSON.stringify(receipt) }), claim }
}
