/** Where a command speaks. Answers go to standard output, everything else to standard error, so that answers can be piped. */
export interface Terminal {
  /** Part of the answer. Bytes are written as they are. */
  answer (part: string | Uint8Array): void
  /** A line for people. */
  tell (line: string): void
  /** Replaces the last line that was shown this way; only where `isInteractive`. */
  show (line: string): void
  /** Whether somebody watches standard error. */
  readonly isInteractive: boolean
  /** Whether somebody reads standard output as it comes, and not a program or a file. */
  readonly isAnswerWatched: boolean
}

const CLEAR_LINE = '\r\x1b[2K'

/** The terminal, or the pipes, of this process. */
export function processTerminal ({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process): Terminal {
  let isShowing = false
  const clear = (): string => {
    const text = isShowing ? CLEAR_LINE : ''
    isShowing = false
    return text
  }
  return {
    isInteractive: stderr.isTTY === true,
    isAnswerWatched: stdout.isTTY === true,
    answer: (part) => {
      // On a terminal both streams are one screen: what is shown must not stand in the middle of an answer.
      if (isShowing) stderr.write(clear())
      stdout.write(part)
    },
    tell: (line) => { stderr.write(`${clear()}${line}\n`) },
    show: (line) => {
      stderr.write(CLEAR_LINE + line)
      isShowing = line !== ''
    }
  }
}
