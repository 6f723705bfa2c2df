import type { TObject } from 'typebox'
import type { Static } from 'typebox'
import type { TextUsageSchema } from '../http/schemas/usage.js'
import { textUsageBody } from '../http/usage-body.js'
import { completed, type Understanding, understandFace, type UnderstandRequest } from '../tasks/understand-face.js'
import type { Arguments, Option } from './arguments.js'
import type { CommandContext } from './command.js'
import { withLocalModel } from './local-model.js'
import { PICTURE_OPTIONS, type PictureWish } from './pictures/ask-pictures.js'
import { findPictures } from './pictures/find-pictures.js'
import { tellRemarks } from './pictures/show-text.js'
import { Progress } from './progress.js'
import { numberField, requestFields, requestOptions } from './request-options.js'
import { localModelOptions, settingFlags } from './setting-options.js'
import { expertsWish, tellExperts } from './show-experts.js'

const FIELDS = ['max_tokens', 'temperature', 'top_p', 'seed'] as const

/** Flags of the commands that write about a picture. */
export function understandOptions (schema: TObject): Option[] {
  return [
    ...requestOptions(schema, FIELDS),
    ...PICTURE_OPTIONS,
    { flag: 'json', kind: 'switch', description: 'Answer with JSON: the text, seed, face and usage.' },
    ...localModelOptions()
  ]
}

/** The flags as the task takes them. @throws UsageError */
export function understandFields (schema: TObject, args: Arguments): Pick<UnderstandRequest, 'maxTokens' | 'temperature' | 'topP' | 'seed'> {
  const fields = requestFields(schema, FIELDS, args)
  return { maxTokens: numberField(fields, 'max_tokens'), temperature: numberField(fields, 'temperature'), topP: numberField(fields, 'top_p'), seed: numberField(fields, 'seed') }
}

/** What is asked of a picture, without the picture. */
export type Question = Omit<UnderstandRequest, 'image' | 'delivery'>

/**
 * Has the model write about a picture. The words appear as they are written, unless JSON is wanted or choices are scored.
 *
 * @param file a path, or `-` for standard input
 */
export async function writeAbout (file: string, task: 'caption' | 'answer', question: Question, args: Arguments, context: CommandContext): Promise<Understanding> {
  const { terminal } = context
  const image = await context.readInput(file)
  const isShown = !args.has('json') && question.choices === undefined
  const result = await withLocalModel(context.readConfig(settingFlags(args)), context, async ({ tasks, taskContext }) => {
    const reading = new Progress(terminal, 'looking at the picture')
    reading.begin()
    const events = await understandFace(tasks, { ...question, image, delivery: isShown ? 'streamed' : 'whole' }, { ...taskContext(task), ...expertsWish(args) })
    for await (const event of events) {
      reading.end()
      if (event.type === 'completed') return event.result
      if (isShown) terminal.answer(event.text)
    }
    throw new Error('the engine finished without an answer')
  })
  if (isShown) terminal.answer('\n')
  if (isShown) tellRemarks(understandingJson(result), terminal)
  if (args.has('experts') && !args.has('json')) tellExperts(textUsageBody(result.usage), terminal)
  return result
}

/** The fields that the JSON answers of both commands have. */
export function understandingJson ({ finishReason, refusal, disclosures, seed, face, usage }: Understanding): { finish_reason: string, refusal?: object, disclosures: object[], seed: number, face?: object, usage: Static<typeof TextUsageSchema> } {
  return { finish_reason: finishReason, ...(refusal === undefined ? {} : { refusal }), disclosures, seed, ...(face === undefined ? {} : { face }), usage: textUsageBody(usage) }
}

/** Whether the answer cannot be shown while it is written: there are several, or a server gives it. */
export async function isAskedWhole (args: Arguments): Promise<boolean> {
  return args.text('url') !== undefined || args.text('output') !== undefined || args.text('api-key-file') !== undefined || await findPictures(args.positionals[0] ?? '') !== undefined
}

/** What a command that writes about a picture asks of each one. */
export interface WholeQuestion extends Pick<PictureWish, 'show'> {
  task: 'caption' | 'answer'
  path: string
  question: Question
  /** The fields that only this command's JSON has. */
  describe: (result: Understanding) => object
}

/** The same question as a wish for whole answers. */
export function wholeWish ({ task, path, question, describe, show }: WholeQuestion): PictureWish {
  const { maxTokens, topP, ...same } = question
  return {
    task,
    // What is left out here is left out of the JSON.
    route: { path, fields: { ...same, max_tokens: maxTokens, top_p: topP } },
    here: async (image, tasks, context) => {
      const result = await completed(await understandFace(tasks, { ...question, image, delivery: 'whole' }, context))
      return { ...describe(result), ...understandingJson(result) }
    },
    show
  }
}
