import { availableParallelism } from 'node:os'

/**
 * Threads of each engine. Engines that have work at the same time would take turns on the same cores, and a pass waits for its slowest lane: so the cores are divided, and each has at least one.
 *
 * @param setting threads that each is to have; 0 where nobody has said
 * @param engines how many models are served
 * @returns 0 for one a core
 */
export function threadsOfEach (setting: number, engines: number, cores = availableParallelism()): number {
  return setting > 0 || engines === 1 ? setting : Math.max(1, Math.floor(cores / engines))
}
