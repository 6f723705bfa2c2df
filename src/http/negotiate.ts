import { codedError } from '../common/errors.js'
import type { WritableFormat } from '../image/image-format.js'

/** How pictures are sent. */
export type Representation =
  /** The file itself is the body. */
  | { kind: 'file', format: WritableFormat }
  /** JSON with the files in base64. */
  | { kind: 'json', format: WritableFormat }

interface Wish {
  n: number
  outputFormat: WritableFormat | undefined
  accept: string | undefined
  /** More is to be told than headers hold. */
  isDetailed?: boolean | undefined
}

const FORMATS: readonly WritableFormat[] = ['png', 'webp', 'jpeg']
const JSON_TYPE = 'application/json'
const OFFERED = [...FORMATS.map((format) => `image/${format}`), JSON_TYPE].join(', ')

/**
 * Chooses between a file and JSON. Several pictures, and what headers cannot hold, are always JSON; `output_format` names the format, else `Accept` does.
 *
 * @throws not_acceptable when Accept leaves nothing
 */
export function negotiate ({ n, outputFormat, accept = '*/*', isDetailed = false }: Wish): Representation {
  const ranges = parseAccept(accept)
  const accepts = (type: string): number => quality(ranges, type)
  const formats = outputFormat === undefined ? FORMATS : [outputFormat]
  const best = formats.reduce((a, b) => accepts(`image/${b}`) > accepts(`image/${a}`) ? b : a)
  const format = outputFormat ?? (accepts(`image/${best}`) > 0 ? best : 'png')
  if (n > 1 || isDetailed) {
    if (accepts(JSON_TYPE) === 0) throw codedError('not_acceptable', [accept.slice(0, 200), JSON_TYPE])
    return { kind: 'json', format }
  }
  const asFile = accepts(`image/${format}`)
  const asJson = accepts(JSON_TYPE)
  if (asFile === 0 && asJson === 0) throw codedError('not_acceptable', [accept.slice(0, 200), OFFERED])
  // At equal quality (as with */*) the file is what the route is for.
  return asJson > asFile ? { kind: 'json', format } : { kind: 'file', format }
}

interface MediaRange { type: string, quality: number }

function parseAccept (accept: string): MediaRange[] {
  return accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    const parsed = weight === undefined ? 1 : Number(weight)
    return { type, quality: Number.isFinite(parsed) ? parsed : 1 }
  })
}

/** Quality of a type by the most specific range that covers it (RFC 9110, 12.5.1). */
function quality (ranges: readonly MediaRange[], type: string): number {
  const family = `${type.split('/', 1)[0]}/*`
  for (const candidate of [type, family, '*/*']) {
    const range = ranges.find((each) => each.type === candidate)
    if (range !== undefined) return range.quality
  }
  return 0
}
