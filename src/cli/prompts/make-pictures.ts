import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Arguments } from '../arguments.js'
import type { CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { UsageError } from '../failure.js'
import { openAnswerLines } from '../pictures/answer-lines.js'
import { refusalLine } from '../pictures/ask-pictures.js'
import { Patience } from '../patience.js'
import { Progress } from '../progress.js'
import { serverOf } from '../server.js'
import { type Make, withMaker } from './picture-maker.js'
import { readPrompts, type Wish } from './read-prompts.js'

/** File of a folder of pictures that says what they are. */
const LINES = 'pictures.jsonl'

/**
 * Makes the pictures of a file of prompts in a folder, with a line of JSON for each prompt in its `pictures.jsonl`. Prompts that have their pictures are not made again, and one that is refused does not end the others.
 *
 * @param file of prompts, or `-` for standard input
 * @param defaults fields of the prompts that do not have them
 */
export async function makePictures (file: string, defaults: Readonly<Record<string, unknown>>, args: Arguments, context: CommandContext): Promise<ExitCode> {
  const folder = args.text('output')
  if (folder === undefined || folder === '-') throw new UsageError('-o names the folder for the pictures of --prompts')
  const wishes = readPrompts(Buffer.from(await context.readInput(file)).toString('utf8'), file, defaults)
  const server = await serverOf(args, context)
  await mkdir(folder, { recursive: true })
  const lines = await openAnswerLines(join(folder, LINES), context.terminal)
  const left = wishes.filter(({ name, body }) => !lines.answered.has(fileOf(name, body)))
  if (left.length < wishes.length) context.terminal.tell(`${wishes.length - left.length} of ${wishes.length} prompts have their pictures in ${folder} already`)
  if (left.length === 0) return EXIT.ok
  return await withMaker(server, args, context, async (make) => {
    const progress = new Progress(context.terminal, 'making pictures', 'quarters')
    const patience = new Patience(context.terminal)
    let refused = 0
    for (const [index, wish] of left.entries()) {
      const line = await makeOne(wish, folder, async (body) => await patience.ask(async () => await make(body)))
      if ('error' in line) refused++
      await lines.write(line)
      progress.report(index + 1, left.length, 'prompts')
    }
    progress.end()
    patience.end()
    if (refused > 0) context.terminal.tell(`${refused} of ${left.length} prompts were refused; their lines in ${join(folder, LINES)} say why`)
    return refused > 0 ? EXIT.failed : EXIT.ok
  })
}

async function makeOne ({ name, body }: Wish, folder: string, make: Make): Promise<object> {
  const file = fileOf(name, body)
  const asked = { file, prompt: body.prompt }
  try {
    const { pictures, about } = await make(body)
    const files = pictures.map((_, index) => fileOf(name, body, index))
    await Promise.all(files.map(async (each, index) => { await writeFile(join(folder, each), pictures[index] ?? '') }))
    return { ...asked, ...(files.length === 1 ? {} : { files }), ...about }
  } catch (error) {
    return { ...asked, ...refusalLine(error) }
  }
}

/** Name of a picture; several of one prompt have a number each. */
function fileOf (name: string, { n = 1, output_format: format = 'png' }: Wish['body'], index = 0): string {
  return `${name}${n === 1 ? '' : `-${index}`}.${format === 'jpeg' ? 'jpg' : format}`
}
