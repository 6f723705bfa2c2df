import { appendFile, readFile, truncate } from 'node:fs/promises'
import { UsageError } from '../failure.js'
import type { Terminal } from '../terminal.js'

/** JSON Lines of answers, one a picture: in a file, which remembers what was answered before, or on standard output. */
export interface AnswerLines {
  /** Pictures that have an answer that is no failure. */
  answered: ReadonlySet<string>
  write: (line: object) => Promise<void>
}

/** @param file undefined for standard output */
export async function openAnswerLines (file: string | undefined, terminal: Terminal): Promise<AnswerLines> {
  if (file === undefined) return { answered: new Set(), write: async (line) => { terminal.answer(`${JSON.stringify(line)}\n`) } }
  return { answered: await readAnswered(file), write: async (line) => { await appendFile(file, `${JSON.stringify(line)}\n`) } }
}

async function readAnswered (file: string): Promise<Set<string>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const lines = whole.split('\n').filter((line) => line !== '').map((line, index) => parse(line, `${file}, line ${index + 1}`))
  // A run that was killed may have left half a line; it is only cut off where the lines before it are ours.
  if (whole.length < text.length) await truncate(file, Buffer.byteLength(whole))
  return new Set(lines.filter((line) => !('error' in line)).map((line) => line.file))
}

function parse (line: string, place: string): { file: string } {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && 'file' in value && typeof value.file === 'string') return { ...value, file: value.file }
  } catch {
    // The same is wrong with it.
  }
  throw new UsageError(`${place} is no answer about a picture; name another file with -o`)
}
