import { writeFile } from 'node:fs/promises'
import { GenerateBodySchema } from '../../http/schemas/generation.js'
import { drawSeed } from '../../tasks/seed.js'
import type { Arguments, Option } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { UsageError } from '../failure.js'
import { type OutputFiles, outputFiles } from '../output-files.js'
import { Progress } from '../progress.js'
import { makePictures } from '../prompts/make-pictures.js'
import { type Made, withMaker } from '../prompts/picture-maker.js'
import { checkField, numberField, requestOptions, requestFields } from '../request-options.js'
import { SERVER_OPTIONS, serverOf } from '../server.js'
import { localModelOptions } from '../setting-options.js'
import { EXPERTS_OPTION, tellExperts } from '../show-experts.js'

const FIELDS = ['negative_prompt', 'seed', 'num_inference_steps', 'guidance_scale', 'n'] as const
/** Each report costs the rendering of a preview. */
const REPORTS = 8

const options: Option[] = [
  { flag: 'output', short: 'o', kind: 'text', value: 'FILE', description: 'Where the picture goes: .png, .webp or .jpg; - for standard output (PNG). Several pictures get a number each. Left out: face-SEED.png. With --prompts: the folder for them.' },
  { flag: 'prompts', kind: 'text', value: 'FILE', description: 'File of prompts, one a line, as words or as JSON with the fields of /v1/faces/generate; - for standard input. The other flags hold for lines that do not say otherwise. What was made is in pictures.jsonl of the folder, and a run that was stopped goes on.' },
  ...requestOptions(GenerateBodySchema, FIELDS),
  { flag: 'force', kind: 'switch', description: 'Replace files that exist.' },
  { flag: 'json', kind: 'switch', description: 'Answer with JSON: files, seed, settings, receipt and usage.' },
  EXPERTS_OPTION,
  ...SERVER_OPTIONS,
  ...localModelOptions()
]

export const generateCommand: Command = {
  name: 'generate',
  summary: 'Make a face from words',
  usage: '[PROMPT] [options]',
  description: 'Makes the picture that PROMPT describes, and says which file it is in. The same seed, model and settings make the same picture again.',
  examples: [
    { command: 'unif2ace generate "a smiling woman with long blond hair" -o face.png --seed 7', does: '' },
    { command: 'unif2ace generate "an old man" --negative-prompt glasses -n 4 -o men.webp', does: 'Four pictures: men-0.webp to men-3.webp.' },
    { command: 'unif2ace generate "a woman with red hair" -o - > face.png', does: 'The picture itself on standard output.' },
    { command: 'unif2ace generate --prompts prompts.txt -o faces --url http://127.0.0.1:8080', does: 'A folder of pictures, made by a server.' }
  ],
  options,
  positionals: { least: 0, most: 1 },
  run
}

async function run (args: Arguments, context: CommandContext): Promise<ExitCode> {
  const fields = requestFields(GenerateBodySchema, FIELDS, args)
  const file = args.text('prompts')
  const [words] = args.positionals
  if ((file === undefined) === (words === undefined)) throw new UsageError('generate takes a PROMPT, or a file of them with --prompts')
  if (file !== undefined) {
    if (args.has('json') || args.has('force')) throw new UsageError('--json and --force are for one PROMPT: the answers of --prompts are in its folder, and what is there is kept')
    return await makePictures(file, fields, args, context)
  }
  const prompt = checkField(GenerateBodySchema, 'prompt', words ?? '', 'PROMPT')
  const seed = numberField(fields, 'seed') ?? drawSeed()
  const n = numberField(fields, 'n') ?? 1
  const files = outputFiles(args.text('output') ?? `face-${seed}.png`, n, args.has('force') ? 'replace' : 'keep')
  if (files.paths === undefined && args.has('json')) throw new UsageError('--json and the picture would both go to standard output; name a file with -o')
  const server = await serverOf(args, context)
  return await withMaker(server, args, context, async (make) => {
    const making = new Progress(context.terminal, n === 1 ? 'unmasking' : `unmasking ${n} pictures`)
    const made = await make({ ...fields, prompt, seed, output_format: files.format }, { reports: REPORTS, report: reporter(making, n) })
    making.end()
    await hand(made, files, args, context)
    return EXIT.ok
  })
}

/** Several pictures advance together: the slowest is shown. */
function reporter (progress: Progress, n: number): (at: { picture: number, step: number, steps: number }) => void {
  const done = new Array<number>(n).fill(0)
  let shown = 0
  return ({ picture, step, steps }) => {
    done[picture] = step
    const slowest = Math.min(...done)
    if (slowest > shown) progress.report(slowest, steps, 'steps')
    shown = slowest
  }
}

async function hand ({ pictures, about }: Made, { paths }: OutputFiles, args: Arguments, { terminal }: CommandContext): Promise<void> {
  if (args.has('experts') && !args.has('json')) tellExperts(about.usage, terminal)
  if (paths === undefined) {
    for (const picture of pictures) terminal.answer(picture)
    return
  }
  await Promise.all(paths.map(async (path, index) => { await writeFile(path, pictures[index] ?? '') }))
  const { seed, num_inference_steps: steps, guidance_scale: scale, size } = about
  terminal.tell(`seed ${seed}, ${steps} steps, guidance scale ${scale}, ${size} pixels`)
  if (args.has('json')) terminal.answer(`${JSON.stringify({ files: paths, ...about })}\n`)
  else terminal.answer(paths.map((path) => `${path}\n`).join(''))
}
