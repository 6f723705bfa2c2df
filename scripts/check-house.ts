/**
 * The house rules that no linter knows: length of files and functions, words that say nothing, things that must not be committed.
 *
 * npm run lint runs it over TypeScript and Python alike. Prints one line a finding and exits 1 when there is one.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const MAX_FILE_LINES = 300
const MAX_FUNCTION_LINES = 50

/** Names that could mean anything (docs/glossary.md). */
const BANNED_FILE_WORDS = /(^|[-_.])(utils?|helpers?|misc|tmp|manager|data2|new|old|v2)([-_.]|$)/
/** Work that is not done, and traces of the machine it was written on. */
const BANNED_TEXT: { pattern: RegExp, why: string }[] = [
  { pattern: /\b(FIXME|XXX|HACK)\b/, why: 'unfinished work: finish it or open an issue' },
  { pattern: /\bTODO\b(?!\([a-z]+\): .+)/, why: 'a TODO needs an owner and a reason: TODO(name): reason, when it may go' },
  { pattern: /\/(?:home|Users)\/[a-zA-Z]+\//, why: 'a path of one machine' },
  { pattern: /"resolved": "http/, why: 'a registry address: .npmrc keeps them out of the lockfile' }
]

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path))

const findings = [
  ...files.filter(isSource).flatMap((path) => checkSource(path, readFileSync(path, 'utf8'))),
  ...files.filter(isText).flatMap((path) => checkText(path, readFileSync(path, 'utf8')))
]
for (const finding of findings) console.error(finding)
process.exitCode = findings.length === 0 ? 0 : 1

function isSource (path: string): boolean {
  // Written by a generator, from sources that are checked.
  return /\.(ts|py)$/.test(path) && path !== 'clients/typescript/contract.d.ts'
}

function isText (path: string): boolean {
  return /\.(ts|py|md|json|ya?ml|sh|cjs|js|toml|html|css)$/.test(path) && !path.startsWith('models/') && path !== 'scripts/check-house.ts'
}

function checkSource (path: string, text: string): string[] {
  const lines = text.split('\n')
  const length = text.endsWith('\n') ? lines.length - 1 : lines.length
  const name = path.slice(path.lastIndexOf('/') + 1)
  return [
    ...(length > MAX_FILE_LINES ? [`${path}: ${length} lines; more than ${MAX_FILE_LINES} means two ideas`] : []),
    ...(BANNED_FILE_WORDS.test(name) && !path.startsWith('test/helpers/') ? [`${path}: the name says nothing; see docs/glossary.md`] : []),
    ...(path.endsWith('.py') ? longPythonFunctions(lines) : longTypeScriptFunctions(lines))
      .map(({ line, length }) => `${path}:${line}: a function of ${length} lines; the limit is ${MAX_FUNCTION_LINES}`)
  ]
}

function checkText (path: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => BANNED_TEXT
    .filter(({ pattern }) => pattern.test(line))
    .map(({ why }) => `${path}:${index + 1}: ${why}`))
}

/** A function or method of these files starts a line with its head and ends at the closing brace of the same indentation. */
function longTypeScriptFunctions (lines: string[]): { line: number, length: number }[] {
  const head = /^(\s*)(?:export )?(?:(?:static |async |private |protected |override |get |set )*(?:function\*? )?#?[\w$]+\s*(?:<[^(]*>)? \(.*|(?:export )?(?:const|let) \w+ = (?:async )?\(.*=>) \{$/
  const statement = /^\s*(?:if|for|while|switch|catch|return|await|else|do|with|try|t\.test|test)\b/
  return lines.flatMap((text, start) => {
    const indent = head.exec(text)?.[1]
    if (indent === undefined || statement.test(text)) return []
    const end = lines.findIndex((line, index) => index > start && new RegExp(`^${indent}\\}`).test(line))
    return tooLong(start, end)
  })
}

/** A Python function ends before the next line that is not indented more than its `def`; its docstring does not count. */
function longPythonFunctions (lines: string[]): { line: number, length: number }[] {
  return lines.flatMap((text, start) => {
    const indent = /^(\s*)(?:async )?def /.exec(text)?.[1]
    if (indent === undefined) return []
    const body = lines.findIndex((line, index) => index >= start && /:\s*(#.*)?$/.test(line))
    let end = lines.findIndex((line, index) => index > body && line.trim() !== '' && !line.startsWith(`${indent} `))
    if (end < 0) end = lines.length
    while (lines[end - 1]?.trim() === '') end--
    return tooLong(start + docstringLines(lines.slice(body + 1, end)), end - 1, start)
  })
}

function docstringLines (body: string[]): number {
  if (!/^\s*r?"""/.test(body[0] ?? '')) return 0
  if (/""".*"""/.test(body[0] ?? '')) return 1
  return body.findIndex((line, index) => index > 0 && line.includes('"""')) + 1
}

function tooLong (start: number, end: number, reported = start): { line: number, length: number }[] {
  const length = end - start + 1
  return end > start && length > MAX_FUNCTION_LINES ? [{ line: reported + 1, length }] : []
}
