#!/usr/bin/env node
/** The command line as a process: `unif2ace --help`. */
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { EXIT } from './cli/exit-codes.js'
import { runCli } from './cli/run-cli.js'
import { processTerminal } from './cli/terminal.js'
import { readProcessConfig } from './config.js'

// Whoever reads the answer may have had enough of it (| head).
process.stdout.on('error', () => { process.exit(EXIT.failed) })

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: processTerminal(),
  readConfig: readProcessConfig,
  readInput: async (path) => path === '-' ? await buffer(process.stdin) : await readFile(path),
  signals: process
})
