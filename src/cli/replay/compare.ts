import type { Receipt, ReceiptPicture } from '../../artifacts/receipt.js'

/** What would make the pictures again. */
export interface Maker { modelName: string, modelDigest: string, executionProvider: string | null }

/** Why a receipt is not replayed here; empty where it can be. */
export function reasonsAgainst ({ model, execution_provider: provider, made_from: madeFrom }: Receipt, maker: Maker): string[] {
  const reasons: string[] = []
  if (madeFrom !== 'prompt') reasons.push('it is of an edit, and does not hold the picture that was edited')
  if (model.digest !== maker.modelDigest) reasons.push(`it is of the model ${model.name} with the digest ${model.digest}, and here is ${maker.modelName} with ${maker.modelDigest}`)
  if (provider !== maker.executionProvider) reasons.push(`it was made on ${provider}, and ${maker.executionProvider ?? 'nothing that is known'} runs the model here, which rounds differently`)
  return reasons
}

/** A picture of a receipt beside the one that was made now. */
export interface Comparison { index: number, expected: string, found: string, agrees: boolean }

/** @param made pictures that were made again; more than the receipt has is no matter */
export function compare (receipt: Receipt, made: readonly ReceiptPicture[]): Comparison[] {
  const foundOf = new Map(made.map(({ index, code_ids_sha256: sha256 }) => [index, sha256]))
  return receipt.pictures.map(({ index, code_ids_sha256: expected }) => {
    const found = foundOf.get(index) ?? ''
    return { index, expected, found, agrees: found === expected }
  })
}

/** Pictures that have to be made: row i is the same whatever n is, so all up to the last one. */
export function picturesNeeded ({ pictures }: Receipt): number {
  return 1 + Math.max(...pictures.map(({ index }) => index))
}
