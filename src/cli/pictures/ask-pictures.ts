import type { TaskName } from '../../engine/protocol.js'
import { isCodedError } from '../../common/errors.js'
import type { TaskContext, TaskDependencies } from '../../tasks/task-context.js'
import type { Arguments, Option } from '../arguments.js'
import type { CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { UsageError } from '../failure.js'
import { withLocalModel } from '../local-model.js'
import { Patience } from '../patience.js'
import { Progress } from '../progress.js'
import { askServer, modelField, type Server, SERVER_OPTIONS, serverOf, ServerRefusal } from '../server.js'
import { settingFlags } from '../setting-options.js'
import { EXPERTS_OPTION, expertsField, expertsWish, tellExperts } from '../show-experts.js'
import type { Terminal } from '../terminal.js'
import { openAnswerLines } from './answer-lines.js'
import { findPictures } from './find-pictures.js'

/** What is asked of each picture. */
export interface PictureWish {
  task: TaskName
  /** Route of a server that answers it, and the fields of its body besides the picture. */
  route: { path: string, fields: Readonly<Record<string, unknown>> }
  /** The answer of a model that is loaded here, as the route would word it. */
  here: (image: Uint8Array, tasks: TaskDependencies, context: TaskContext) => Promise<object>
  /** Shows the answer about one picture to a person. */
  show: (answer: Readonly<Record<string, unknown>>, terminal: Terminal) => void
}

/** Flags of commands about pictures, one or a folder of them. */
export const PICTURE_OPTIONS: readonly Option[] = [
  { flag: 'output', short: 'o', kind: 'text', value: 'FILE', description: 'Of a folder: file that the answers are added to, one JSON object a line. Pictures that it has an answer for are not asked again, so that a run that was stopped goes on. Left out: standard output.' },
  EXPERTS_OPTION,
  ...SERVER_OPTIONS
]

/**
 * Asks about a picture, or about all in a folder: then each answer is one line of JSON, and a picture that fails does not end the others.
 *
 * @param target a file, a folder, or `-` for standard input
 * @throws UsageError, and for one picture whatever goes wrong with it
 */
export async function askPictures (target: string, wish: PictureWish, args: Arguments, context: CommandContext): Promise<ExitCode> {
  const files = await findPictures(target)
  const output = args.text('output')
  if (files === undefined && output !== undefined) throw new UsageError('-o is for the answers about a folder; redirect standard output instead')
  if (files?.length === 0) throw new UsageError(`there is no picture in ${target}: PNG, JPEG, WebP and GIF are read`)
  const server = await serverOf(args, context)
  if (files === undefined) return await askOne(target, wish, server, args, context)
  const lines = await openAnswerLines(output, context.terminal)
  const left = files.filter((file) => !lines.answered.has(file))
  if (left.length < files.length) context.terminal.tell(`${files.length - left.length} of ${files.length} pictures have an answer in ${output} already`)
  if (left.length === 0) return EXIT.ok
  return await withAsker(wish, server, args, context, async (ask) => {
    const progress = new Progress(context.terminal, 'asking about pictures', 'quarters')
    const patience = new Patience(context.terminal)
    let failed = 0
    for (const [index, file] of left.entries()) {
      const answer = await answerOf(file, async (image) => await patience.ask(async () => await ask(image)), context)
      if ('error' in answer) failed++
      await lines.write({ file, ...answer })
      progress.report(index + 1, left.length, 'pictures')
    }
    progress.end()
    patience.end()
    if (failed > 0) context.terminal.tell(`${failed} of ${left.length} pictures failed; their lines say why`)
    return failed > 0 ? EXIT.failed : EXIT.ok
  })
}

type Ask = (image: Uint8Array) => Promise<object>

async function askOne (file: string, wish: PictureWish, server: Server | undefined, args: Arguments, context: CommandContext): Promise<ExitCode> {
  const image = await context.readInput(file)
  const answer: Readonly<Record<string, unknown>> = { ...await withAsker(wish, server, args, context, async (ask) => await ask(image)) }
  if (args.has('json')) {
    context.terminal.answer(`${JSON.stringify(answer)}\n`)
    return EXIT.ok
  }
  wish.show(answer, context.terminal)
  if (args.has('experts')) tellExperts(answer['usage'], context.terminal)
  return EXIT.ok
}

async function withAsker<T> (wish: PictureWish, server: Server | undefined, args: Arguments, context: CommandContext, use: (ask: Ask) => Promise<T>): Promise<T> {
  const { path, fields } = wish.route
  if (server !== undefined) {
    return await use(async (image) => {
      const body = await askServer(server, path, { method: 'POST', body: JSON.stringify({ image: dataUrl(image), ...modelField(server), ...fields, ...expertsField(args) }) })
      if (typeof body !== 'object' || body === null) throw new Error(`${server.origin} answered ${path} without a JSON object`)
      return body
    })
  }
  return await withLocalModel(context.readConfig(settingFlags(args)), context, async ({ tasks, taskContext }) => await use(async (image) => {
    const asked = { ...taskContext(wish.task), ...expertsWish(args) }
    try {
      return await wish.here(image, tasks, asked)
    } finally {
      asked.ticket.release()
    }
  }))
}

async function answerOf (file: string, ask: Ask, { readInput }: CommandContext): Promise<object> {
  try {
    return await ask(await readInput(file))
  } catch (error) {
    return refusalLine(error)
  }
}

/**
 * What a line says of a request that was refused. What is wrong with one ends nothing; a server or an engine that cannot be asked, for longer than the run has patience, ends it; it goes on where it was when it is started again.
 *
 * @throws what ends the run
 */
export function refusalLine (error: unknown): { error: { code: string | undefined, message: string } } {
  const own = error instanceof ServerRefusal || isCodedError(error) ? error : undefined
  if (own === undefined || [401, 404, 429].includes(own.status) || own.status >= 500) throw error
  return { error: { code: own.code, message: own.message } }
}

/** The server goes by the first bytes, not by the type that is named. */
function dataUrl (image: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(image).toString('base64')}`
}
