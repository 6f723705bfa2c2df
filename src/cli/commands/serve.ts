import { serve } from '../../serve.js'
import type { Arguments } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { ReadableLog } from '../../telemetry/readable-log.js'
import { groupedSettingOptions, settingFlags } from '../setting-options.js'

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Serve the model over HTTP',
  usage: '[options]',
  description: 'Serves the REST API; /docs shows it. The log is on standard output, and says "ready" with the address when the model is loaded: one JSON object a line for programs and files, sentences at a terminal.\nEach option is also an environment variable: --max-queue-requests is UNIF2ACE_MAX_QUEUE_REQUESTS. An option wins over its variable.\nSIGTERM or Ctrl+C lets running requests finish, for up to --drain-timeout-ms; a second one does not wait and ends with 1. SIGHUP loads the model folder anew without a gap, unless the server runs at a terminal.',
  examples: [
    { command: 'unif2ace serve', does: 'On http://127.0.0.1:8080.' },
    { command: 'unif2ace serve --host 0.0.0.0 --api-keys-file keys.txt', does: 'For others, with keys: printf %s "$KEY" | sha256sum >> keys.txt' },
    { command: 'UNIF2ACE_PORT=9000 unif2ace serve --print-config', does: 'What the settings are, without serving.' }
  ],
  options: [...groupedSettingOptions(), { flag: 'print-config', kind: 'switch', description: 'Print the settings as JSON and end.' }],
  positionals: { least: 0, most: 0 },
  run
}

async function run (args: Arguments, { readConfig, signals, spawn, terminal }: CommandContext): Promise<ExitCode> {
  const config = readConfig(settingFlags(args))
  if (args.has('print-config')) {
    terminal.answer(`${JSON.stringify(config, null, 2)}\n`)
    return EXIT.ok
  }
  const end = await serve(config, { signals, hangup: terminal.isInteractive ? 'end' : 'reload', logTo: terminal.isAnswerWatched ? new ReadableLog((text) => { terminal.answer(text) }) : { write: (line) => { terminal.answer(line) } }, ...(spawn === undefined ? {} : { spawn }) })
  return end === 'drained' ? EXIT.ok : EXIT.failed
}
