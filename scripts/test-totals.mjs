/**
 * Adds up the totals that the two test runners printed and ends with one plain line; before it, what failed and why.
 *
 * node scripts/test-totals.mjs LOG: reads tap's TAP stream with its closing `# { total, pass, fail, skip, todo }` line, and pytest's output with its closing summary.
 * Exits 1 when a runner closed without a total, or when anything failed.
 */
import { readFileSync } from 'node:fs'

/** Lines of a failure that are shown: tap's account of one assertion is rarely longer. */
const SHOWN_LINES = 40

const log = readFileSync(process.argv[2], 'utf8').replace(/\u001b\[[0-9;]*m/g, '')
const last = (pattern) => [...log.matchAll(pattern)].at(-1)
const count = (text, word) => Number(new RegExp(`(\\d+) ${word}`).exec(text)?.[1] ?? 0)

/** Each assertion that failed with tap's account of it, and each test and file that it was in. */
function failuresOfTap (lines) {
  return lines.flatMap((line, index) => {
    const indent = /^( *)not ok \d/.exec(line)?.[1]
    if (indent === undefined) return []
    const rest = lines.slice(index + 1, index + SHOWN_LINES)
    const end = rest.findIndex((next) => next.trim() === '...')
    const hasAccount = rest[0]?.trim() === '---' && /^ {4,}/.test(indent)
    return [line, ...(hasAccount ? rest.slice(0, end + 1) : [])]
  })
}

const lines = log.split('\n')
const failures = [...failuresOfTap(lines), ...lines.filter((line) => /^(FAILED|ERROR) \S+::/.test(line))]
if (failures.length > 0) console.log(['What failed:', ...failures].join('\n'))

const tap = last(/^# \{[^}]*total:[^}]*\}/gm)?.[0]
const pytest = last(/^(?:=+ )?((?:\d+ [a-z]+, )*\d+ [a-z]+) in [\d.]+s\b.*$/gm)?.[1]
if (!tap) console.log('the server tests closed without a total')
if (!pytest) console.log('the training tests closed without a total: they run when the server tests have passed')

const field = (name) => Number(new RegExp(`${name}: (\\d+)`).exec(tap ?? '')?.[1] ?? 0)
const passed = field('pass') + count(pytest ?? '', 'passed')
const failed = field('fail') + count(pytest ?? '', 'failed') + count(pytest ?? '', 'errors?')
const skipped = field('skip') + count(pytest ?? '', 'skipped')

console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = tap && pytest && failed === 0 && passed > 0 ? 0 : 1
