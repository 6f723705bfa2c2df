import type { Manifest } from '../artifacts/manifest.js'
import { codedError } from '../common/errors.js'
import { STREAM, uniforms } from '../common/rng.js'
import { ImageRejectedError } from '../image/decode-image.js'
import { sniffFormat } from '../image/image-format.js'
import { readTransparency, type Transparency } from '../image/transparency.js'

/** Where a picture is repainted, [side × side] pixels of the answer, 1 inside; and how that was said. */
export interface EditRegion { pixels: Uint8Array, side: number, from: 'mask' | 'own-transparency' }

/** Files of an edit, as they came. */
export interface EditFiles { image: Uint8Array, mask?: Uint8Array | undefined }

/**
 * Where a picture is to be repainted: where its mask is fully transparent, or without a mask where it is transparent itself.
 *
 * @returns undefined when nothing says where: then it is the whole picture
 * @throws mask_unusable, and image errors of the picture
 */
export async function editRegion ({ image, mask }: EditFiles, side: number, maxPixels: number): Promise<EditRegion | undefined> {
  const own = await readTransparency(image, { maxPixels, side })
  if (mask === undefined) return own.region === undefined ? undefined : { pixels: own.region, side, from: 'own-transparency' }
  const { width, height, region } = await readMask(mask, side, maxPixels)
  if (width !== own.width || height !== own.height) throw codedError('mask_unusable', [`it has ${width}x${height} pixels and the picture ${own.width}x${own.height}`])
  if (region === undefined) throw codedError('mask_unusable', ['no pixel of it is fully transparent within the square that the model sees, so nothing would be repainted'])
  return { pixels: region, side, from: 'mask' }
}

async function readMask (mask: Uint8Array, side: number, maxPixels: number): Promise<Transparency> {
  if (sniffFormat(mask) !== 'png') throw codedError('mask_unusable', ['it is not a PNG file'])
  try {
    return await readTransparency(mask, { maxPixels, side })
  } catch (error) {
    if (!(error instanceof ImageRejectedError)) throw error
    const { rejection } = error
    const reason = rejection.reason === 'pixels' ? `it has ${rejection.pixels} pixels and at most ${rejection.maxPixels} are taken` : 'it cannot be decoded'
    throw codedError('mask_unusable', [reason], { cause: error })
  }
}

/** Positions of the codes whose cells touch the region; all without one. */
export function positionsInside (region: EditRegion | undefined, { image_tokens: count, image_grid: [rows, columns] }: Pick<Manifest['sizes'], 'image_tokens' | 'image_grid'>): number[] {
  const all = Array.from({ length: count }, (_, position) => position)
  if (region === undefined) return all
  const { pixels, side } = region
  const touched = new Set<number>()
  pixels.forEach((isInside, pixel) => {
    if (isInside === 0) return
    const [row, column] = [Math.floor(pixel / side), pixel % side]
    touched.add(Math.floor(row * rows / side) * columns + Math.floor(column * columns / side))
  })
  return all.filter((position) => touched.has(position))
}

/**
 * Which of some codes are made anew at a strength: a share of them, at least one, drawn by the seed.
 *
 * @param strength above 0, at most 1
 */
export function drawnShare (positions: readonly number[], strength: number, { seed, row }: { seed: bigint, row: number }, imageTokens: number): number[] {
  const draws = uniforms({ seed, stream: STREAM.remake, step: 0, row }, imageTokens)
  const count = Math.max(1, Math.round(strength * positions.length))
  const drawn = new Set([...positions].sort((a, b) => (draws[a] ?? 0) - (draws[b] ?? 0)).slice(0, count))
  return positions.filter((position) => drawn.has(position))
}
