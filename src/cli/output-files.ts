import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import type { WritableFormat } from '../image/image-format.js'
import { UsageError } from './failure.js'

const FORMAT_OF_EXTENSION: Readonly<Record<string, WritableFormat>> = { '.png': 'png', '.webp': 'webp', '.jpg': 'jpeg', '.jpeg': 'jpeg' }

/** Where pictures go: files, or standard output. */
export interface OutputFiles {
  format: WritableFormat
  /** One a picture; undefined for standard output. */
  paths: readonly string[] | undefined
}

/**
 * Names the files of n pictures: `face.png`, or `face-0.png`, `face-1.png` … for several.
 *
 * @param output as it was given: a file, or `-` for standard output
 * @throws UsageError when its extension is no format, several pictures are to go to standard output, or a file exists that is not to be replaced
 */
export function outputFiles (output: string, n: number, existing: 'keep' | 'replace'): OutputFiles {
  if (output === '-') {
    if (n > 1) throw new UsageError('standard output takes one picture; name a file with -o for several')
    return { format: 'png', paths: undefined }
  }
  const extension = extname(output)
  const format = FORMAT_OF_EXTENSION[extension.toLowerCase()]
  if (format === undefined) throw new UsageError(`-o ${output}: the ending says the format, and it must be one of ${Object.keys(FORMAT_OF_EXTENSION).join(', ')}`)
  const stem = output.slice(0, -extension.length)
  const paths = n === 1 ? [output] : Array.from({ length: n }, (_, index) => `${stem}-${index}${extension}`)
  const taken = paths.find((path) => existing === 'keep' && existsSync(path))
  if (taken !== undefined) throw new UsageError(`${taken} exists already; name another file with -o, or replace it with --force`)
  return { format, paths }
}
