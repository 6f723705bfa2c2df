/**
 * Adds up the totals that the test runners printed and ends with one plain line; before it, what failed and why.
 *
 * node scripts/test-totals.mjs LOG [TIER_LOG...]: LOG is the output of `npm test`: tap's TAP stream with its closing `# { total, pass, fail, skip, todo }` line, and pytest's output with its
 * closing summary, and between them the clients' line, which is that of a tier. A tier's log ends with `N passed, N failed, N skipped`. Exits 1 when one of them closed without a total, or when anything failed.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Lines of a failure that are shown: tap's account of one assertion is rarely longer, and a tier tells it at its end. */
const SHOWN_LINES = 40

const read = (path) => readFileSync(path, 'utf8').replace(/\u001b\[[0-9;]*m/g, '')
const last = (text, pattern) => [...text.matchAll(pattern)].at(-1)
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

/** Totals of both halves of `npm test`. */
function totalsOfTests (log) {
  const lines = log.split('\n')
  const failures = [...failuresOfTap(lines), ...lines.filter((line) => /^(FAILED|ERROR) \S+::/.test(line))]
  const tap = last(log, /^# \{[^}]*total:[^}]*\}/gm)?.[0]
  const pytest = last(log, /^(?:=+ )?((?:\d+ [a-z]+, )*\d+ [a-z]+) in [\d.]+s\b.*$/gm)?.[1]
  if (!tap) failures.push('the server tests closed without a total')
  if (!pytest) failures.push('the training tests closed without a total: they run when all before them have passed')
  const field = (name) => Number(new RegExp(`${name}: (\\d+)`).exec(tap ?? '')?.[1] ?? 0)
  return {
    passed: field('pass') + count(pytest ?? '', 'passed'),
    failed: field('fail') + count(pytest ?? '', 'failed') + count(pytest ?? '', 'errors?'),
    skipped: field('skip') + count(pytest ?? '', 'skipped'),
    failures,
    isWhole: tap !== undefined && pytest !== undefined
  }
}

/** Totals of a tier, or of the clients in the log of `npm test`, which ends with them where they failed. */
function totalsOfTier (name, log) {
  const total = last(log, /^\d+ passed, \d+ failed(?:, \d+ skipped)?$/gm)?.[0]
  const failed = count(total ?? '', 'failed')
  const failures = total === undefined || failed > 0 ? [`${name}:`, ...log.trimEnd().split('\n').slice(-SHOWN_LINES)] : []
  return { passed: count(total ?? '', 'passed'), failed, skipped: count(total ?? '', 'skipped'), failures, isWhole: total !== undefined }
}

const [testLog, ...tierLogs] = process.argv.slice(2)
const tests = read(testLog)
const all = [totalsOfTests(tests), totalsOfTier('clients', tests), ...tierLogs.map((path) => totalsOfTier(basename(path), read(path)))]
const failures = all.flatMap((one) => one.failures)
if (failures.length > 0) console.log(['What failed:', ...failures].join('\n'))

const sum = (name) => all.reduce((total, one) => total + one[name], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
process.exitCode = all.every(({ isWhole }) => isWhole) && sum('failed') === 0 && sum('passed') > 0 ? 0 : 1
