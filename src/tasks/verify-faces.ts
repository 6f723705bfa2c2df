import { codedError } from '../common/errors.js'
import type { Ticket } from './admission.js'
import { type GeneratedFaces, generateFaces, type GenerateRequest } from './generate-face.js'
import { planRereading } from './score-agreement.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import { mergeUsage, type TaskUsage } from './usage.js'

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
  const { max_images_per_request: most } = dependencies.model.manifest.limits
  if (bestOf !== undefined && bestOf > most) throw codedError('setting_out_of_range', ['best_of', bestOf, most], { param: 'best_of' })
  const candidates = bestOf ?? request.n ?? 1
  const rereading = planRereading(request.prompt, candidates, dependencies.model)
  const whole = { ...context, ticket: withMore(context.ticket, rereading.units) }
  const faces = await generateFaces(dependencies, { ...request, n: candidates }, whole)
  const { scores, usage } = await rereading.score(dependencies, faces.pictures, whole)
  const all = scores.map((_, row) => row)
  const best = all.reduce((a, b) => (scores[b] ?? 0) > (scores[a] ?? 0) ? b : a, 0)
  const rows = bestOf === undefined ? all : [best]
  return {
    ...faces,
    pictures: rows.flatMap((row) => faces.pictures[row] ?? []),
    receipt: { ...faces.receipt, pictures: faces.receipt.pictures.filter(({ index }) => rows.includes(index)) },
    rows,
    agreement: rows.flatMap((row) => scores[row] ?? []),
    reading: mergeUsage(usage)
  }
}

/** The ticket of a request that costs so much more than its pictures. */
function withMore (ticket: Ticket, units: number): Ticket {
  return {
    task: ticket.task,
    setUnits: (own) => ticket.setUnits(own + units),
    started: () => { ticket.started() },
    release: () => { ticket.release() }
  }
}
