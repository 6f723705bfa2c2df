import { isCodedError } from '../common/errors.js'
import { EXIT, type ExitCode } from './exit-codes.js'

/** A command line that cannot be understood. The message says what is wrong and what would be right. */
export class UsageError extends Error {
  constructor (message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/** What a failed command says on standard error, and what it ends with. */
export function describeFailure (error: unknown): { line: string, code: ExitCode } {
  const isUsage = error instanceof UsageError || isCodedError(error, 'setting_invalid') || isCodedError(error, 'setting_unknown')
  const heading = isCodedError(error) ? ` (${error.code}; docs/errors.md)` : ''
  return { line: `unif2ace: ${messageOf(error)}${heading}`, code: isUsage ? EXIT.usage : EXIT.failed }
}

/** Node words what the system says for programmers: `ENOENT: no such file or directory, open 'face.png'`. */
function messageOf (error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, path }: NodeJS.ErrnoException = error
  if (path === undefined) return error.message
  if (code === 'ENOENT') return `there is no file or folder ${path}`
  if (code === 'EISDIR') return `${path} is a folder, not a file`
  return code === 'EACCES' ? `${path} may not be read or written by this user` : error.message
}
