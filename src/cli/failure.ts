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
  const message = error instanceof Error ? error.message : String(error)
  const isUsage = error instanceof UsageError || isCodedError(error, 'setting_invalid') || isCodedError(error, 'setting_unknown')
  const heading = isCodedError(error) ? ` (${error.code}; docs/errors.md)` : ''
  return { line: `unif2ace: ${message}${heading}`, code: isUsage ? EXIT.usage : EXIT.failed }
}
