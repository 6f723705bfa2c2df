import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../package.js'
import type { Arguments } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'

/** The benchmark needs what only a checkout has: its sources, the development packages and a Python environment. */
const BENCHMARK = join(PACKAGE_ROOT, 'bench', 'main.ts')

export const benchCommand: Command = {
  name: 'bench',
  summary: 'Run the benchmark, in a checkout of the sources',
  usage: '[-- ARGUMENTS]',
  description: 'Runs the benchmark of docs/benchmarks.md (`npm run bench`) and hands ARGUMENTS on to it; `unif2ace bench -- --help` lists them. It is part of the source repository, not of the installed package.',
  examples: [{ command: 'unif2ace bench', does: '' }],
  options: [],
  positionals: { least: 0, most: Infinity },
  run
}

async function run (args: Arguments, { terminal }: CommandContext): Promise<ExitCode> {
  if (!existsSync(BENCHMARK)) {
    terminal.tell('the benchmark is not part of this package: clone the source repository, then `npm ci && npm run bench`')
    return EXIT.failed
  }
  const child = spawn('npm', ['run', '--silent', 'bench', '--', ...args.positionals], { cwd: PACKAGE_ROOT, stdio: 'inherit' })
  const [code] = await once(child, 'close')
  return code === 0 ? EXIT.ok : EXIT.failed
}
