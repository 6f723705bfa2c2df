import { writeFile } from 'node:fs/promises'
import { GenerateBodySchema } from '../../http/schemas/generation.js'
import { imageUsageBody } from '../../http/usage-body.js'
import { type GeneratedFaces, generateFaces, type GenerateRequest } from '../../tasks/generate-face.js'
import { drawSeed } from '../../tasks/seed.js'
import type { Arguments, Option } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { UsageError } from '../failure.js'
import { withLocalModel } from '../local-model.js'
import { type OutputFiles, outputFiles } from '../output-files.js'
import { Progress } from '../progress.js'
import { checkField, numberField, requestOptions, requestFields } from '../request-options.js'
import { MODEL_SETTINGS, settingFlags, settingOptions } from '../setting-options.js'

const FIELDS = ['negative_prompt', 'seed', 'num_inference_steps', 'guidance_scale', 'n'] as const
/** Each report costs the rendering of a preview. */
const REPORTS = 8

const options: Option[] = [
  { flag: 'output', short: 'o', kind: 'text', value: 'FILE', description: 'Where the picture goes: .png, .webp or .jpg; - for standard output (PNG). Several pictures get a number each. Left out: face-SEED.png.' },
  ...requestOptions(GenerateBodySchema, FIELDS),
  { flag: 'force', kind: 'switch', description: 'Replace files that exist.' },
  { flag: 'json', kind: 'switch', description: 'Answer with JSON: files, seed, settings, receipt and usage.' },
  ...settingOptions(MODEL_SETTINGS)
]

export const generateCommand: Command = {
  name: 'generate',
  summary: 'Make a face from words',
  usage: 'PROMPT [options]',
  description: 'Makes the picture that PROMPT describes, and says which file it is in. The same seed, model and settings make the same picture again.',
  examples: [
    { command: 'unif2ace generate "a smiling woman with long blond hair" -o face.png --seed 7', does: '' },
    { command: 'unif2ace generate "an old man" --negative-prompt glasses -n 4 -o men.webp', does: 'Four pictures: men-0.webp to men-3.webp.' },
    { command: 'unif2ace generate "a woman with red hair" -o - > face.png', does: 'The picture itself on standard output.' }
  ],
  options,
  positionals: { least: 1, most: 1 },
  run
}

async function run (args: Arguments, context: CommandContext): Promise<ExitCode> {
  const prompt = checkField(GenerateBodySchema, 'prompt', args.positionals[0] ?? '', 'PROMPT')
  const fields = requestFields(GenerateBodySchema, FIELDS, args)
  const seed = numberField(fields, 'seed') ?? drawSeed()
  const n = numberField(fields, 'n') ?? 1
  const files = outputFiles(args.text('output') ?? `face-${seed}.png`, n, args.has('force') ? 'replace' : 'keep')
  if (files.paths === undefined && args.has('json')) throw new UsageError('--json and the picture would both go to standard output; name a file with -o')
  const config = context.readConfig(settingFlags(args))
  return await withLocalModel(config, context, async ({ tasks, taskContext }) => {
    const making = new Progress(context.terminal, n === 1 ? 'unmasking' : `unmasking ${n} pictures`)
    const request: GenerateRequest = {
      prompt,
      negativePrompt: args.text('negative-prompt'),
      seed,
      numInferenceSteps: numberField(fields, 'num_inference_steps'),
      guidanceScale: numberField(fields, 'guidance_scale'),
      n,
      format: files.format,
      progress: { reports: REPORTS, report: reporter(making, n) }
    }
    const faces = await generateFaces(tasks, request, taskContext('generate'))
    making.end()
    await hand(faces, files, args, context)
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

async function hand (faces: GeneratedFaces, { paths }: OutputFiles, args: Arguments, { terminal }: CommandContext): Promise<void> {
  const { pictures, seed, numInferenceSteps, guidanceScale, size, receipt, usage } = faces
  if (paths === undefined) {
    for (const picture of pictures) terminal.answer(picture)
    return
  }
  await Promise.all(paths.map(async (path, index) => { await writeFile(path, pictures[index] ?? '') }))
  terminal.tell(`seed ${seed}, ${numInferenceSteps} steps, guidance scale ${guidanceScale}, ${size}x${size} pixels`)
  if (args.has('json')) terminal.answer(`${JSON.stringify({ files: paths, seed, num_inference_steps: numInferenceSteps, guidance_scale: guidanceScale, size: `${size}x${size}`, receipt, usage: imageUsageBody(usage) })}\n`)
  else terminal.answer(paths.map((path) => `${path}\n`).join(''))
}
