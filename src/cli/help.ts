import type { Option } from './arguments.js'
import type { Command } from './command.js'

/** Widest line of a help text. */
const WIDTH = 100
const INDENT = '  '

/** Every command takes it. */
export const HELP_OPTION: Option = { flag: 'help', short: 'h', kind: 'switch', description: 'Show this help.' }

const EXIT_CODES = 'Exit codes: 0 done; 1 it was tried and did not work; 2 the command line or a setting cannot be understood; 130 stopped by Ctrl+C.'

/** The help of `unif2ace` itself. */
export function mainHelp (commands: readonly Command[]): string {
  return [
    'Usage: unif2ace COMMAND [options]',
    '',
    'Make, describe and ask about faces with one model, on this machine.',
    '',
    'Commands:',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Options:',
    ...columns([['-h, --help', 'Show this help, or after a command that of the command.'], ['-V, --version', 'Show the version.']]),
    '',
    'Start with:',
    ...columns([['unif2ace doctor', 'is everything here that is needed?'], ['unif2ace generate "a smiling woman" -o face.png', ''], ['unif2ace serve', 'the same over HTTP, for many at a time']]),
    '',
    'Answers go to standard output, everything else to standard error. Settings may also come from the environment: UNIF2ACE_MODEL is --model.',
    EXIT_CODES,
    ''
  ].flatMap((line) => wrap(line)).join('\n')
}

/** The help of one command. */
export function commandHelp ({ name, usage, description, examples, options }: Command): string {
  return [
    `Usage: unif2ace ${name} ${usage}`,
    '',
    ...description.split('\n').flatMap((paragraph) => wrap(paragraph)),
    '',
    ...optionLines([...options, HELP_OPTION]),
    'Examples:',
    ...examples.flatMap(({ command, does }) => [`${INDENT}${command}`, ...(does === '' ? [] : wrap(does, WIDTH - 6).map((line) => `${INDENT}${INDENT}${INDENT}${line}`))]),
    '',
    ...wrap(EXIT_CODES),
    ''
  ].join('\n')
}

/** Options under their headings, the command's own first, all in the same two columns. */
function optionLines (options: readonly Option[]): string[] {
  const rows = options.map((option) => ({ heading: option.heading ?? 'Options', row: [spelling(option), option.description] as const }))
  const headings = [...new Set(['Options', ...rows.map(({ heading }) => heading)])]
  const first = firstColumn(rows.map(({ row }) => row))
  return headings.flatMap((wanted) => [`${wanted}:`, ...columns(rows.filter(({ heading }) => heading === wanted).map(({ row }) => row), first), ''])
}

/** `-n, --n N` */
function spelling ({ flag, short, value }: Option): string {
  const names = [...(short === undefined ? [] : [`-${short}`]), ...(short === flag ? [] : [`--${flag}`])]
  return names.join(', ') + (value === undefined ? '' : ` ${value}`)
}

/** Two columns, the second one wrapped; what is too wide for the first stands on a line of its own. */
function columns (rows: readonly (readonly [string, string])[], first = firstColumn(rows)): string[] {
  return rows.flatMap(([left, right]) => {
    const lines = wrap(right, WIDTH - first - INDENT.length)
    const head = left.length + 2 > first ? [left] : []
    const body = lines.map((line, index) => (index === 0 && head.length === 0 ? left : '').padEnd(first) + line)
    return [...head, ...(right === '' && head.length > 0 ? [] : body)].map((line) => (INDENT + line).trimEnd())
  })
}

function firstColumn (rows: readonly (readonly [string, string])[]): number {
  return Math.min(34, Math.max(...rows.map(([left]) => left.length)) + 2)
}

function wrap (text: string, width = WIDTH): string[] {
  if (text.length <= width || text.startsWith(INDENT)) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
