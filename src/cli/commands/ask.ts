import { AnswerJsonSchema } from '../../http/schemas/understanding.js'
import type { Arguments } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { UsageError } from '../failure.js'
import { checkField } from '../request-options.js'
import { type Question, understandFields, understandingJson, understandOptions, writeAbout } from '../understand.js'

export const askCommand: Command = {
  name: 'ask',
  summary: 'Answer a question about a picture',
  usage: 'FILE QUESTION [options]',
  description: 'Answers QUESTION about the picture in FILE (PNG, JPEG, WebP or GIF; - for standard input).\nWith --choice each of the possible answers is scored and none is written: the likeliest is the answer, the probabilities are on standard error.',
  examples: [
    { command: 'unif2ace ask face.png "What colour is the hair?"', does: '' },
    { command: 'unif2ace ask face.png "Does the person wear glasses?" --choice yes --choice no', does: '' }
  ],
  options: [
    { flag: 'choice', kind: 'list', value: 'TEXT', description: 'A possible answer; give at least two.' },
    ...understandOptions(AnswerJsonSchema)
  ],
  positionals: { least: 2, most: 2 },
  run
}

/** Flags that steer the writing of an answer: none is written when choices are scored. */
const WRITING_FLAGS = ['max-tokens', 'temperature', 'top-p'] as const

async function run (args: Arguments, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context
  const result = await writeAbout(args.positionals[0] ?? '', 'answer', questionOf(args), args, context)
  if (args.has('json')) {
    terminal.answer(`${JSON.stringify({ answer: result.text, ...(result.choices === undefined ? {} : { choices: result.choices }), ...understandingJson(result) })}\n`)
  } else if (result.choices !== undefined) {
    for (const { text, probability } of result.choices) terminal.tell(`${(100 * probability).toFixed(1).padStart(5)} %  ${text}`)
    terminal.answer(`${result.text}\n`)
  }
  return EXIT.ok
}

function questionOf (args: Arguments): Question {
  const question = checkField(AnswerJsonSchema, 'question', args.positionals[1] ?? '', 'QUESTION')
  const choices = args.list('choice')
  if (choices === undefined) return { ...understandFields(AnswerJsonSchema, args), question }
  const unused = WRITING_FLAGS.find((flag) => args.text(flag) !== undefined)
  if (unused !== undefined) throw new UsageError(`with --choice nothing is written, so --${unused} has no effect; remove one of them`)
  return { ...understandFields(AnswerJsonSchema, args), question, choices: checkField(AnswerJsonSchema, 'choices', choices, '--choice') }
}
