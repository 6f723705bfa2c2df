import type { EventEmitter } from 'node:events'
import type { Config, SettingName } from '../config.js'
import type { SpawnEngine } from '../engine/process.js'
import type { Arguments, Option } from './arguments.js'
import type { ExitCode } from './exit-codes.js'
import type { Terminal } from './terminal.js'

/** What a command works with besides its arguments. */
export interface CommandContext {
  terminal: Terminal
  /** The settings of the environment with those of the command line over them. @throws setting_unknown, setting_invalid */
  readConfig: (flags: Partial<Record<SettingName, string>>) => Config
  /** A file of a person, or standard input for `-`. */
  readInput: (path: string) => Promise<Uint8Array>
  /** Emits SIGTERM, SIGINT and SIGHUP. */
  signals: EventEmitter
  /** Starts the engine; that of this package where absent. */
  spawn?: SpawnEngine
}

/** One command of `unif2ace`. */
export interface Command {
  name: string
  /** One line for the list of commands. */
  summary: string
  /** What stands after the name: `FILE [options]`. */
  usage: string
  /** A paragraph or two for its help. */
  description: string
  examples: readonly { command: string, does: string }[]
  options: readonly Option[]
  /** How many arguments without a flag it takes. */
  positionals: { least: number, most: number }
  run: (args: Arguments, context: CommandContext) => Promise<ExitCode>
}
