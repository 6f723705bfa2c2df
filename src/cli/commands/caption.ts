import { CaptionJsonSchema } from '../../http/schemas/understanding.js'
import type { Arguments } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { askPictures } from '../pictures/ask-pictures.js'
import { showText } from '../pictures/show-text.js'
import { understandFields, understandingJson, understandOptions, isAskedWhole, wholeWish, writeAbout } from '../understand.js'

export const captionCommand: Command = {
  name: 'caption',
  summary: 'Describe the face in a picture',
  usage: 'FILE [options]',
  description: 'Describes the face in FILE: a PNG, JPEG, WebP or GIF, - for standard input, or a folder. Of a folder the answers are JSON, one line a picture.',
  examples: [
    { command: 'unif2ace caption face.png', does: '' },
    { command: 'unif2ace caption face.png --json | jq -r .caption', does: '' },
    { command: 'unif2ace caption photos -o captions.jsonl', does: 'Every picture in the folder photos. The same command goes on after a stop.' },
    { command: 'unif2ace caption - --temperature 0.7 --seed 3 < face.jpg', does: 'Another wording for each seed.' }
  ],
  options: understandOptions(CaptionJsonSchema),
  positionals: { least: 1, most: 1 },
  run
}

async function run (args: Arguments, context: CommandContext): Promise<ExitCode> {
  const file = args.positionals[0] ?? ''
  const question = understandFields(CaptionJsonSchema, args)
  if (await isAskedWhole(args)) {
    const wish = wholeWish({ task: 'caption', path: '/v1/faces/caption', question, describe: ({ text }) => ({ caption: text }), show: (answer, terminal) => { showText(answer['caption'], answer, terminal) } })
    return await askPictures(file, wish, args, context)
  }
  const result = await writeAbout(file, 'caption', question, args, context)
  if (args.has('json')) context.terminal.answer(`${JSON.stringify({ caption: result.text, ...understandingJson(result) })}\n`)
  return EXIT.ok
}
