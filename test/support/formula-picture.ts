import { createHash } from 'node:crypto'
import type { RgbPicture } from '../../src/faces/rgb-picture.js'

/** Twins of `formula` and `scene` in `training/scripts/make_face_golden.py`: pictures that golden values need not hold. */
export function formulaPicture (height: number, width: number): RgbPicture {
  const rgb = new Uint8Array(3 * width * height)
  let at = 0
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) rgb[at++] = ((c + 1) * x * x + 3 * y * y + 5 * x * y + 17 * c) >> 3 & 255
  return { rgb, width, height }
}

/** Stride at which the small detector finds it, left, top, side, blue. */
export type Patch = readonly [stride: number, left: number, top: number, side: number, blue: number]

const COLOURS = new Map([[8, [255, 0]], [16, [0, 255]], [32, [255, 255]]])

export function scenePicture (height: number, width: number, patches: readonly Patch[]): RgbPicture {
  const { rgb } = formulaPicture(height, width)
  rgb.forEach((value, index) => { rgb[index] = (value >> 2) + 96 })
  for (const [stride, left, top, side, blue] of patches) {
    const [red = 0, green = 0] = COLOURS.get(stride) ?? []
    for (let y = top; y < Math.min(height, top + side); y++) for (let x = left; x < Math.min(width, left + side); x++) rgb.set([red, green, blue], 3 * (width * y + x))
  }
  return { rgb, width, height }
}

const SAMPLE_STEP = 9973

/** What the golden file holds of pixels: their digest, and some of them to look at where it differs. */
export function summaryOf (pixels: Uint8Array): { sha256: string, sample: number[] } {
  return { sha256: createHash('sha256').update(pixels).digest('hex'), sample: Array.from({ length: Math.ceil(pixels.length / SAMPLE_STEP) }, (_, index) => pixels[SAMPLE_STEP * index] ?? -1) }
}
