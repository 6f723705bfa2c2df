import { codedError } from '../common/errors.js'
import type { Ticket } from './admission.js'
import type { FaceModel } from './face-model.js'
import { type PictureReader, planRereading } from './score-agreement.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import { together } from './together.js'
import { mergeUsage, type TaskUsage } from './usage.js'

/** A wish to have the pictures of a request read back. */
export interface VerificationWish {
  prompt: string
  /** Pictures that are asked for. */
  n?: number | undefined
  /** So many candidates are made, and the one that agrees most is given; undefined to give all. */
  bestOf?: number | undefined
}

/** What is found of pictures that were read back. */
export interface Verified {
  /** Which of them are given, in their order. */
  rows: number[]
  /** How far each of those agrees with the prompt (score-agreement.ts). */
  agreement: number[]
  /** What reading all of them took. */
  usage: TaskUsage
}

/** Pictures of a request that are going to be read back. */
export interface Verification {
  /** So many have to be made. */
  candidates: number
  /** The request's, whose ticket costs the reading besides what it is told. */
  context: TaskContext
  /** Reads pictures one by one, as they come. */
  begin: (dependencies: TaskDependencies) => PictureReader
  /** Reads all pictures and chooses. */
  judge: (dependencies: TaskDependencies, pictures: readonly Uint8Array[]) => Promise<Verified>
}

/** @throws setting_out_of_range for more candidates than the model makes, prompt_too_long */
export function planVerification ({ prompt, n, bestOf }: VerificationWish, model: FaceModel, context: TaskContext): Verification {
  const { max_images_per_request: most } = model.manifest.limits
  if (bestOf !== undefined && bestOf > most) throw codedError('setting_out_of_range', ['best_of', bestOf, most], { param: 'best_of' })
  const candidates = bestOf ?? n ?? 1
  const rereading = planRereading(prompt, candidates, model)
  const whole = { ...context, ticket: withMore(context.ticket, rereading.units) }
  return {
    candidates,
    context: whole,
    begin: (dependencies) => rereading.begin(dependencies, whole),
    judge: async (dependencies, pictures) => {
      const { context: shared, end } = together(whole)
      try {
        const read = rereading.begin(dependencies, shared)
        const found = await Promise.all(pictures.map(read))
        return { ...chosen(found.map(({ score }) => score), bestOf), usage: mergeUsage(found.flatMap(({ usage }) => usage)) }
      } finally {
        end()
      }
    }
  }
}

function chosen (scores: readonly number[], bestOf: number | undefined): Pick<Verified, 'rows' | 'agreement'> {
  const all = scores.map((_, row) => row)
  const best = all.reduce((a, b) => (scores[b] ?? 0) > (scores[a] ?? 0) ? b : a, 0)
  const rows = bestOf === undefined ? all : [best]
  return { rows, agreement: rows.flatMap((row) => scores[row] ?? []) }
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
