import { CaptionJsonSchema } from '../../http/schemas/understanding.js'
import type { Arguments } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { understandFields, understandingJson, understandOptions, writeAbout } from '../understand.js'

export const captionCommand: Command = {
  name: 'caption',
  summary: 'Describe the face in a picture',
  usage: 'FILE [options]',
  description: 'Describes the face in FILE (PNG, JPEG, WebP or GIF; - for standard input).',
  examples: [
    { command: 'unif2ace caption face.png', does: '' },
    { command: 'unif2ace caption face.png --json | jq -r .caption', does: '' },
    { command: 'unif2ace caption - --temperature 0.7 --seed 3 < face.jpg', does: 'Another wording for each seed.' }
  ],
  options: understandOptions(CaptionJsonSchema),
  positionals: { least: 1, most: 1 },
  run
}

async function run (args: Arguments, context: CommandContext): Promise<ExitCode> {
  const result = await writeAbout(args.positionals[0] ?? '', 'caption', understandFields(CaptionJsonSchema, args), args, context)
  if (args.has('json')) context.terminal.answer(`${JSON.stringify({ caption: result.text, ...understandingJson(result) })}\n`)
  return EXIT.ok
}
