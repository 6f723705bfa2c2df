import { codedError } from '../common/errors.js'
import type { EngineUsage } from '../engine/protocol.js'
import { workUnits } from '../engine/work-units.js'
import { encodePixels } from '../image/encode-pixels.js'
import type { FaceModel } from './face-model.js'
import { preparePicture } from './prepare-picture.js'
import { runScores, SCORING } from './run-scores.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import { together } from './together.js'

/** How far pictures agree with a prompt, as the model that made them reads them. */
export interface Agreement {
  /** By picture: nats a token by which the prompt is likelier as a caption of it than of a grey square. Above 0 the picture speaks for the prompt. */
  scores: number[]
  usage: EngineUsage[]
}

/** What reading pictures back takes. */
export interface Rereading {
  /** Work units, the grey square included. */
  units: number
  /** Has the pictures read. Whatever ends the engine's work is thrown. */
  score: (dependencies: TaskDependencies, pictures: readonly Uint8Array[], context: TaskContext) => Promise<Agreement>
}

const GREY_SIDE = 8
const GREY = 128

/**
 * Prepares to read pictures back: the log-probability of the prompt as the answer to the model's own caption question, less that of the same words about a grey square, a token. Without the square,
 * prompts of likely words would agree with every picture (docs/attributes.md has the figures).
 *
 * @throws prompt_too_long where the prompt has no room beside a picture
 */
export function planRereading (prompt: string, pictures: number, model: FaceModel): Rereading {
  const { layout, manifest: { defaults, sizes } } = model
  const textTokenIds = layout.firstTurn(defaults.caption_question)
  const choice = layout.givenAnswer(asCaption(prompt))
  const room = sizes.slot_capacity - sizes.picture_prefix_length - textTokenIds.length
  if (choice.length > room) throw codedError('prompt_too_long', [choice.length, room])
  const work = { ...SCORING, task: 'caption' as const, textTokenIds, maxTokens: choice.length, choices: [choice] }
  return {
    units: (pictures + 1) * workUnits(work),
    score: async (dependencies, files, context) => {
      const grey = await encodePixels(new Uint8Array(3 * GREY_SIDE * GREY_SIDE).fill(GREY), { width: GREY_SIDE, height: GREY_SIDE })
      const { context: shared, end } = together(context)
      try {
        const read = await Promise.all([grey, ...files].map(async (file) => await runScores(dependencies, { ...work, picture: await preparePicture(dependencies, file, context.caller) }, shared)))
        const [baseline = 0, ...own] = read.map(({ logprobs: [logprob = 0] }) => logprob / choice.length)
        return { scores: own.map((logprob) => logprob - baseline), usage: read.map(({ usage }) => usage) }
      } finally {
        end()
      }
    }
  }
}

/** A prompt as captions end. */
function asCaption (prompt: string): string {
  const text = prompt.trim()
  return /[.!?]$/.test(text) ? text : `${text}.`
}
