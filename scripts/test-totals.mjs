/**
 * Adds up the totals that the two test runners printed and ends with one plain line.
 *
 * node scripts/test-totals.mjs LOG: reads tap's closing `# { total, pass, fail, skip, todo }` lines and pytest's closing summary.
 * Exits 1 when a runner closed without a total, or when anything failed.
 */
import { readFileSync } from 'node:fs'

const log = readFileSync(process.argv[2], 'utf8').replace(/\u001b\[[0-9;]*m/g, '')
const totals = { passed: 0, failed: 0, skipped: 0 }
const last = (pattern) => [...log.matchAll(pattern)].at(-1)

const count = (text, word) => Number(new RegExp(`(\\d+) ${word}`).exec(text)?.[1] ?? 0)
const tap = last(/^# \{[^}]*total:[^}]*\}/gm)?.[0]
const pytest = last(/^(?:=+ )?((?:\d+ [a-z]+, )*\d+ [a-z]+) in [\d.]+s\b.*$/gm)?.[1]
if (!tap) console.error('the server tests closed without a total')
if (!pytest) console.error('the training tests closed without a total')

const field = (name) => Number(new RegExp(`${name}: (\\d+)`).exec(tap ?? '')?.[1] ?? 0)
totals.passed = field('pass') + count(pytest ?? '', 'passed')
totals.failed = field('fail') + count(pytest ?? '', 'failed') + count(pytest ?? '', 'errors?')
totals.skipped = field('skip') + count(pytest ?? '', 'skipped')

console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exitCode = tap && pytest && totals.failed === 0 && totals.passed > 0 ? 0 : 1
