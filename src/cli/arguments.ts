import { parseArgs } from 'node:util'
import { closest } from '../common/closest.js'
import { UsageError } from './failure.js'

/** A flag of a command. */
export interface Option {
  /** `max-tokens`, for --max-tokens. */
  flag: string
  /** One letter, for -n. */
  short?: string
  /** `switch` takes no value, `list` may be given several times. */
  kind: 'text' | 'switch' | 'list'
  /** What the value is, in the help: `N`, `FILE`. */
  value?: string
  description: string
  /** What it stands under in the help; among the command's own where absent. */
  heading?: string
}

/** A command line taken apart. */
export interface Arguments {
  positionals: readonly string[]
  /** The value of a flag; undefined where it was not given. */
  text (flag: string): string | undefined
  /** The values of a flag that may be given several times. */
  list (flag: string): readonly string[] | undefined
  /** Whether a switch was given. */
  has (flag: string): boolean
}

/** @throws UsageError on a flag that does not exist, or one without its value */
export function parseArguments (argv: readonly string[], options: readonly Option[]): Arguments {
  const { values, positionals } = parse(argv, options)
  return {
    positionals,
    text: (flag) => {
      const value = values[flag]
      return typeof value === 'string' ? value : undefined
    },
    list: (flag) => {
      const value = values[flag]
      return Array.isArray(value) ? value.map(String) : undefined
    },
    has: (flag) => values[flag] === true
  }
}

function parse (argv: readonly string[], options: readonly Option[]): { values: Record<string, string | boolean | (string | boolean)[] | undefined>, positionals: string[] } {
  const described = Object.fromEntries(options.map(({ flag, short, kind }) => [flag, {
    type: kind === 'switch' ? 'boolean' as const : 'string' as const,
    multiple: kind === 'list',
    ...(short === undefined ? {} : { short })
  }]))
  try {
    const parsed = parseArgs({ args: [...argv], options: described, allowPositionals: true, tokens: true })
    refuseRepeated(parsed.tokens, options)
    return parsed
  } catch (error) {
    throw usageError(error, options)
  }
}

/** What parseArgs objects to, as a sentence that says what would be right. */
function usageError (error: unknown, options: readonly Option[]): unknown {
  if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('ERR_PARSE_ARGS')) return error
  const [option = ''] = (/'(-[^']*)'/.exec(error.message)?.[1] ?? '').split(/[ =]/)
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return new UsageError(`there is no option ${option} here${meant(option, options)}; --help lists them, and after -- a word that begins with - is no option`)
  const flag = option.replace(/^-., (?=--)/, '')
  if (error.message.includes('ambiguous')) return new UsageError(`the value of ${flag} begins with -; write ${flag.startsWith('--') ? `${flag}=` : flag}VALUE`)
  return new UsageError(error.message.includes('does not take') ? `${flag} takes no value` : `${flag} needs a value`)
}

function meant (option: string, options: readonly Option[]): string {
  const flag = option.startsWith('--') ? closest(option.slice(2), options.map((each) => each.flag).filter((each) => each.length > 1)) : undefined
  return flag === undefined ? '' : `, perhaps --${flag}`
}

/** Of two values of one flag Node keeps the last; here none is dropped silently. */
function refuseRepeated (tokens: readonly { kind: string, name?: string }[], options: readonly Option[]): void {
  const once = new Set(options.filter(({ kind }) => kind !== 'list').map(({ flag }) => flag))
  const seen = new Set<string>()
  for (const { kind, name } of tokens) {
    if (kind !== 'option' || name === undefined || !once.has(name)) continue
    if (seen.has(name)) throw new UsageError(`--${name} was given twice`)
    seen.add(name)
  }
}
