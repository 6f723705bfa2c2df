import { codedError } from '../common/errors.js'
import type { EngineUsage, FaceFinding, UnderstandWork } from '../engine/protocol.js'
import { runWork } from './observe.js'
import type { TaskContext, TaskDependencies } from './task-context.js'

/** What scoring leaves to chance and to length: nothing. */
export const SCORING = { kind: 'understand', temperature: 0, topP: 1, seed: 0n, row: 0, topLogprobs: 0 } as const

/** What the model thinks of given answers. */
export interface Scores {
  /** Summed log-probability of each choice. */
  logprobs: readonly number[]
  usage: EngineUsage
  face: FaceFinding
}

/** Has choices scored. @throws whatever ends the engine's work */
export async function runScores (dependencies: TaskDependencies, work: UnderstandWork & { choices: number[][] }, context: TaskContext): Promise<Scores> {
  let logprobs: readonly number[] | undefined
  for await (const event of runWork(dependencies, work, { ...context, delivery: 'whole' })) {
    if (event.type === 'choices') logprobs = event.logprobs
    if (event.type === 'finished' && logprobs !== undefined) return { logprobs, usage: event.usage, face: event.face ?? { found: false, score: 0 } }
  }
  throw codedError('internal_error', ['the engine finished without scores'])
}
