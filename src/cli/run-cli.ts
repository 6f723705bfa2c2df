import { closest } from '../common/closest.js'
import { packageVersion } from '../package.js'
import { type Arguments, parseArguments } from './arguments.js'
import type { Command, CommandContext } from './command.js'
import { askCommand } from './commands/ask.js'
import { attributesCommand } from './commands/attributes.js'
import { benchCommand } from './commands/bench.js'
import { captionCommand } from './commands/caption.js'
import { doctorCommand } from './commands/doctor.js'
import { generateCommand } from './commands/generate.js'
import { replayCommand } from './commands/replay.js'
import { serveCommand } from './commands/serve.js'
import { verifyCommand } from './commands/verify.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import { describeFailure, UsageError } from './failure.js'
import { commandHelp, HELP_OPTION, mainHelp } from './help.js'

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [serveCommand, generateCommand, captionCommand, askCommand, attributesCommand, replayCommand, verifyCommand, doctorCommand, benchCommand]

/**
 * Runs one command line. Never throws: what goes wrong is said on standard error.
 *
 * @param argv without the interpreter and the script
 */
export async function runCli (argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  try {
    return await dispatch(argv, context)
  } catch (error) {
    const { line, code } = describeFailure(error)
    context.terminal.tell(line)
    return code
  }
}

async function dispatch ([name, ...rest]: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { terminal } = context
  if (name === undefined) {
    terminal.tell(mainHelp(COMMANDS))
    return EXIT.usage
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.answer(rest[0] === undefined ? mainHelp(COMMANDS) : commandHelp(commandOf(rest[0])))
    return EXIT.ok
  }
  if (name === '--version' || name === '-V' || name === 'version') {
    terminal.answer(`${packageVersion()}\n`)
    return EXIT.ok
  }
  const command = commandOf(name)
  const args = parseArguments(rest, [...command.options, HELP_OPTION])
  if (args.has('help')) {
    terminal.answer(commandHelp(command))
    return EXIT.ok
  }
  checkPositionals(command, args)
  return await command.run(args, context)
}

function commandOf (name: string): Command {
  const command = COMMANDS.find((each) => each.name === name)
  if (command === undefined) {
    const names = COMMANDS.map((each) => each.name)
    const near = closest(name, names)
    throw new UsageError(`there is no command ${name}${near === undefined ? '' : `, perhaps ${near}`}; the commands are ${names.join(', ')}`)
  }
  return command
}

function checkPositionals ({ name, usage, positionals: { least, most } }: Command, { positionals: { length } }: Arguments): void {
  if (length >= least && length <= most) return
  throw new UsageError(`${length < least ? 'something is missing' : 'that is too much'}: unif2ace ${name} ${usage} (unif2ace ${name} --help)`)
}
