import { codedError } from '../common/errors.js'
import type { EngineUsage } from '../engine/protocol.js'
import { workUnits } from '../engine/work-units.js'
import { encodePixels } from '../image/encode-pixels.js'
import type { FaceModel } from './face-model.js'
import { preparePicture } from './prepare-picture.js'
import { runScores, SCORING } from './run-scores.js'
import type { TaskContext, TaskDependencies } from './task-context.js'

/** How far a picture agrees with a prompt, as the model that made it reads it. */
export interface Agreement {
  /** Nats a token by which the prompt is likelier as a caption of the picture than of a grey square. Above 0 the picture speaks for the prompt. */
  score: number
  /** Of reading the picture; the first reading has the grey square's too. */
  usage: EngineUsage[]
}

/** What reading pictures back takes. */
export interface Rereading {
  /** Work units, the grey square included. */
  units: number
  /** Begins with the grey square; then pictures are read in any order. Whatever ends the engine's work is thrown by the readings. */
  begin: (dependencies: TaskDependencies, context: TaskContext) => PictureReader
}

/** Reads a picture file back. */
export type PictureReader = (file: Uint8Array) => Promise<Agreement>

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
    begin: (dependencies, context) => {
      const read = async (file: Uint8Array): Promise<Agreement> => {
        const { logprobs: [logprob = 0], usage } = await runScores(dependencies, { ...work, picture: await preparePicture(dependencies, file, context.caller) }, context)
        return { score: logprob / choice.length, usage: [usage] }
      }
      const grey = greySquare().then(read)
      // Whoever reads a picture hears it.
      grey.catch(() => {})
      let isFirst = true
      return async (file) => {
        const ofGrey = isFirst
        isFirst = false
        const [baseline, own] = await Promise.all([grey, read(file)])
        return { score: own.score - baseline.score, usage: [...ofGrey ? baseline.usage : [], ...own.usage] }
      }
    }
  }
}

async function greySquare (): Promise<Uint8Array> {
  return await encodePixels(new Uint8Array(3 * GREY_SIDE * GREY_SIDE).fill(GREY), { width: GREY_SIDE, height: GREY_SIDE })
}

/** A prompt as captions end. */
function asCaption (prompt: string): string {
  const text = prompt.trim()
  return /[.!?]$/.test(text) ? text : `${text}.`
}
