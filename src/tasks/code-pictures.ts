import { codedError } from '../common/errors.js'
import type { CodecWork, EngineUsage } from '../engine/protocol.js'
import { workUnits } from '../engine/work-units.js'
import type { RgbSquare } from '../image/rgb-square.js'
import { runWork } from './observe.js'
import { preparePicture } from './prepare-picture.js'
import { reserveUnits } from './reserve-units.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import { together } from './together.js'
import { mergeUsage, type TaskUsage } from './usage.js'

/** Most pictures of one request: a few steps of the engine. */
export const MAX_CODED_PICTURES = 16

/**
 * Pictures to the codes that the model sees them as: fitted to its square, like everywhere, and encoded.
 *
 * @param files 1 to MAX_CODED_PICTURES picture files
 * @returns [N] codes of each, in their order
 * @throws CodedError queue_full, image errors, and whatever ends the engine's work
 */
export async function encodePictures (dependencies: TaskDependencies, files: readonly Uint8Array[], context: TaskContext): Promise<{ codeIds: Int32Array[], usage: TaskUsage }> {
  reserveUnits(context.ticket, files.length * workUnits({ kind: 'encode' }))
  const works: CodecWork[] = []
  // One after the other: all of them decoded at once would be the memory of a bomb.
  for (const file of files) {
    works.push({ kind: 'encode', picture: await preparePicture(dependencies, file, context.caller) })
    context.signal.throwIfAborted()
  }
  const coded = await runAll(dependencies, works, context)
  return { codeIds: coded.map(({ codeIds }) => codeIds), usage: mergeUsage(coded.map(({ usage }) => usage)) }
}

/**
 * The pixels of codes.
 *
 * @param codeIds of 1 to MAX_CODED_PICTURES pictures: [N] each, every code below the codebook's size
 * @throws CodedError queue_full, and whatever ends the engine's work
 */
export async function decodePictures (dependencies: TaskDependencies, codeIds: readonly Int32Array[], context: TaskContext): Promise<{ pictures: RgbSquare[], usage: TaskUsage }> {
  reserveUnits(context.ticket, codeIds.length * workUnits({ kind: 'render' }))
  const coded = await runAll(dependencies, codeIds.map((ids) => ({ kind: 'render', codeIds: ids })), context)
  return { pictures: coded.flatMap(({ picture }) => picture ?? []), usage: mergeUsage(coded.map(({ usage }) => usage)) }
}

interface Coded { codeIds: Int32Array, picture: RgbSquare | undefined, usage: EngineUsage }

/** One that fails ends the others: the answer cannot be given any more. */
async function runAll (dependencies: TaskDependencies, works: readonly CodecWork[], context: TaskContext): Promise<Coded[]> {
  const { context: shared, end } = together(context)
  try {
    return await Promise.all(works.map(async (work) => await run(dependencies, work, shared)))
  } finally {
    end()
  }
}

async function run (dependencies: TaskDependencies, work: CodecWork, context: TaskContext): Promise<Coded> {
  let result: Omit<Coded, 'usage'> | undefined
  for await (const event of runWork(dependencies, work, { ...context, delivery: 'whole' })) {
    if (event.type === 'codes') result = { codeIds: event.codeIds, picture: undefined }
    if (event.type === 'image') result = { codeIds: event.codeIds, picture: { rgb: event.rgb, size: event.size } }
    if (event.type === 'finished' && result !== undefined) return { ...result, usage: event.usage }
  }
  throw codedError('internal_error', ['the engine finished without a result'])
}
