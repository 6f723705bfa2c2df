#!/usr/bin/env node
/** The command line as a process: `unif2ace --help`. */
import { readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { buffer } from 'node:stream/consumers'
import { EXIT } from './cli/exit-codes.js'
import { runCli } from './cli/run-cli.js'
import { processTerminal } from './cli/terminal.js'
import { readProcessConfig } from './config.js'

// Whoever reads the answer may have had enough of it (| head).
process.stdout.on('error', () => { process.exit(EXIT.failed) })

const terminal = processTerminal()
const argv = process.argv.slice(2)
// A server drains when it is told to stop. Everything else ends at once: what is not written yet is not begun, and the engine goes with its channel.
if (argv[0] !== 'serve') for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { leave(signal) })

process.exitCode = await runCli(argv, {
  terminal,
  readConfig: readProcessConfig,
  readInput: async (path) => path === '-' ? await buffer(process.stdin) : await readFile(path),
  signals: process
})

/** Leaves a clean line behind, with the code that a shell gives to what a signal ended. */
function leave (signal: 'SIGINT' | 'SIGTERM'): void {
  terminal.tell('unif2ace: stopped')
  process.exit(128 + constants.signals[signal])
}
