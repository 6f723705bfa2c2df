import { AnswerJsonSchema } from '../../http/schemas/understanding.js'
import type { Understanding } from '../../tasks/understand-face.js'
import type { Arguments } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { UsageError } from '../failure.js'
import { askPictures } from '../pictures/ask-pictures.js'
import { showText } from '../pictures/show-text.js'
import { checkField } from '../request-options.js'
import { type Question, understandFields, understandingJson, understandOptions, isAskedWhole, wholeWish, writeAbout } from '../understand.js'

export const askCommand: Command = {
  name: 'ask',
  summary: 'Answer a question about a picture',
  usage: 'FILE QUESTION [options]',
  description: 'Answers QUESTION about the picture in FILE: a PNG, JPEG, WebP or GIF, - for standard input, or a folder. Of a folder the answers are JSON, one line a picture.\nWith --choice each of the possible answers is scored and none is written: the likeliest is the answer, the probabilities are on standard error.',
  examples: [
    { command: 'unif2ace ask face.png "What colour is the hair?"', does: '' },
    { command: 'unif2ace ask face.png "Does the person wear glasses?" --choice yes --choice no', does: '' },
    { command: 'unif2ace ask photos "Is there a hat?" --choice Yes. --choice No. -o hats.jsonl', does: 'Every picture in the folder photos. The same command goes on after a stop.' }
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
  const file = args.positionals[0] ?? ''
  const question = questionOf(args)
  if (await isAskedWhole(args)) {
    const wish = wholeWish({ task: 'answer', path: '/v1/faces/vqa', question, describe: answerJson, show: (answer) => { showText(answer['answer'], answer, terminal) } })
    return await askPictures(file, wish, args, context)
  }
  const result = await writeAbout(file, 'answer', question, args, context)
  if (args.has('json')) {
    terminal.answer(`${JSON.stringify({ ...answerJson(result), ...understandingJson(result) })}\n`)
  } else if (result.choices !== undefined) {
    showText(result.text, { choices: result.choices, ...understandingJson(result) }, terminal)
  }
  return EXIT.ok
}

function answerJson ({ text, choices }: Understanding): object {
  return { answer: text, ...(choices === undefined ? {} : { choices }) }
}

function questionOf (args: Arguments): Question {
  const question = checkField(AnswerJsonSchema, 'question', args.positionals[1] ?? '', 'QUESTION')
  const choices = args.list('choice')
  if (choices === undefined) return { ...understandFields(AnswerJsonSchema, args), question }
  const unused = WRITING_FLAGS.find((flag) => args.text(flag) !== undefined)
  if (unused !== undefined) throw new UsageError(`with --choice nothing is written, so --${unused} has no effect; remove one of them`)
  return { ...understandFields(AnswerJsonSchema, args), question, choices: checkField(AnswerJsonSchema, 'choices', choices, '--choice') }
}
