import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import { runCli } from '../../src/cli/run-cli.js'
import type { Terminal } from '../../src/cli/terminal.js'
import { readConfig, type SettingName } from '../../src/config.js'
import type { SpawnEngine } from '../../src/engine/process.js'
import { spawnToy } from './forked-toy.js'

/** What a command line left behind. */
export interface CommandOutcome {
  code: number
  /** Standard output, as text. */
  answer: string
  /** Standard output, as it was written. */
  bytes: Buffer
  /** Lines of standard error. */
  told: string[]
  /** What a terminal showed in passing. */
  shown: string[]
}

export interface CommandWorld {
  /** Whether somebody watches; a pipe unless said. */
  isInteractive?: boolean
  /** Settings of the environment. */
  environment?: Record<string, string>
  /** What standard input holds. */
  input?: Uint8Array
  signals?: EventEmitter
  /** Starts the engine; the toy worker unless said. */
  spawn?: SpawnEngine
  onAnswer?: (text: string) => void
  onTold?: (line: string) => void
}

/** Runs a command line as the process does, over the toy worker unless it is given another engine. */
export async function commandLine (argv: readonly string[], { isInteractive = false, environment = {}, input = new Uint8Array(), signals = new EventEmitter(), spawn = spawnToy, onAnswer = () => {}, onTold = () => {} }: CommandWorld = {}): Promise<CommandOutcome> {
  const parts: Buffer[] = []
  const told: string[] = []
  const shown: string[] = []
  const terminal: Terminal = {
    isInteractive,
    isAnswerWatched: isInteractive,
    answer: (part) => {
      parts.push(Buffer.from(part))
      onAnswer(String(part))
    },
    tell: (line) => {
      told.push(line)
      onTold(line)
    },
    show: (line) => { shown.push(line) }
  }
  const code = await runCli(argv, {
    terminal,
    signals,
    spawn,
    readConfig: (flags: Partial<Record<SettingName, string>>) => readConfig(environment, flags),
    readInput: async (path) => path === '-' ? input : await readFile(path)
  })
  const bytes = Buffer.concat(parts)
  return { code, answer: bytes.toString(), bytes, told, shown }
}
