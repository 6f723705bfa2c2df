import { type GeneratedFaces, generateFaces, type GenerateRequest } from './generate-face.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import type { TaskUsage } from './usage.js'
import { planVerification } from './verify-pictures.js'

/** Pictures with what the model reads in them. */
export interface VerifiedFaces extends GeneratedFaces {
  /** Row of each picture among the candidates. */
  rows: number[]
  /** How far each agrees with the prompt (score-agreement.ts). */
  agreement: number[]
  /** What reading took; the pictures' own usage counts all candidates. */
  reading: TaskUsage
}

/**
 * Makes pictures and has the model read them back.
 *
 * @param bestOf so many candidates are made, and the one that agrees most with the prompt is given; undefined to give all
 * @throws CodedError those of `generateFaces`
 */
export async function verifiedFaces (dependencies: TaskDependencies, request: GenerateRequest, bestOf: number | undefined, context: TaskContext): Promise<VerifiedFaces> {
  const verification = planVerification({ ...request, bestOf }, dependencies.model, context)
  const faces = await generateFaces(dependencies, { ...request, n: verification.candidates }, verification.context)
  const { rows, agreement, usage } = await verification.judge(dependencies, faces.pictures)
  return {
    ...faces,
    pictures: rows.flatMap((row) => faces.pictures[row] ?? []),
    receipt: { ...faces.receipt, pictures: faces.receipt.pictures.filter(({ index }) => rows.includes(index)) },
    rows,
    agreement,
    reading: usage
  }
}
