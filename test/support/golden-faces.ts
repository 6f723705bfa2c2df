import { readFileSync } from 'node:fs'
import type { Patch } from './formula-picture.js'

interface OfPicture { height: number, width: number }
interface Summary { sha256: string, sample: number[] }

/** What InsightFace, OpenCV, scikit-image, Pillow and transformers compute (`training/scripts/make_face_golden.py`). */
export interface GoldenFaces {
  linear: (OfPicture & Summary & { to: [height: number, width: number] })[]
  alignments: (OfPicture & Summary & { points: [number, number][], matrix: number[][] })[]
  clip_squares: (OfPicture & Summary & { values: number[] })[]
  reductions: (OfPicture & Summary & { to: [height: number, width: number] })[]
  detections: (OfPicture & { outputs: number[][], boxes: number[][], scores: number[], points: number[][][], chosen: number | null })[]
  embeddings: GoldenScene[]
}

export interface GoldenScene extends OfPicture {
  name: string
  patches: Patch[]
  count: number
  score?: number
  points?: number[][]
  normed_embedding?: number[]
}

export function goldenFaces (): GoldenFaces {
  return JSON.parse(readFileSync(new URL('../fixtures/golden/faces.json', import.meta.url), 'utf8')) as GoldenFaces
}
