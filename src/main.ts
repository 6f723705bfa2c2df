/** The server as a process: settings from the environment, until a signal ends it. `unif2ace serve` is the same with flags. */
import { EXIT } from './cli/exit-codes.js'
import { describeFailure, UsageError } from './cli/failure.js'
import { readProcessConfig } from './config.js'
import { serve } from './serve.js'
import { ReadableLog } from './telemetry/readable-log.js'

try {
  const [, , argument] = process.argv
  if (argument !== undefined) throw new UsageError(`"${argument}" would have no effect here: settings come from the environment. Flags and commands: npx unif2ace --help`)
  const end = await serve(readProcessConfig(), {
    signals: process,
    hangup: process.stderr.isTTY === true ? 'end' : 'reload',
    ...(process.stdout.isTTY === true ? { logTo: new ReadableLog((text) => { process.stdout.write(text) }) } : {})
  })
  process.exit(end === 'drained' ? EXIT.ok : EXIT.failed)
} catch (error) {
  const { line, code } = describeFailure(error)
  process.stderr.write(`${line}\n`)
  process.exit(code)
}
