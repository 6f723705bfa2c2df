import type { Arguments, Option } from './arguments.js'
import type { CommandContext } from './command.js'
import { UsageError } from './failure.js'
import { MODEL_SETTINGS, settingOptions } from './setting-options.js'

/** A server to ask instead of a model that is loaded here. */
export interface Server {
  origin: string
  apiKey: string | undefined
  /** Which of its models is asked; its default one where undefined. */
  model: string | undefined
}

/** Flags of commands that can ask a server. */
export const SERVER_OPTIONS: readonly Option[] = [
  { flag: 'url', kind: 'text', value: 'URL', heading: 'On a server', description: 'A running server to ask; --model then is the name of one of its models. Left out: the model is loaded here.' },
  { flag: 'api-key-file', kind: 'text', value: 'FILE', heading: 'On a server', description: 'File that holds the API key for the server.' }
]

/**
 * The server that the flags name; undefined where the model is to be loaded here.
 *
 * @throws UsageError where flags do not go together
 */
export async function serverOf (args: Arguments, { readInput }: CommandContext): Promise<Server | undefined> {
  const origin = args.text('url')
  const keyFile = args.text('api-key-file')
  if (origin === undefined) {
    if (keyFile !== undefined) throw new UsageError('--api-key-file has no effect without --url')
    return undefined
  }
  const settings = settingOptions(MODEL_SETTINGS.filter((name) => name !== 'model')).find(({ flag }) => args.text(flag) !== undefined)
  if (settings !== undefined) throw new UsageError(`--${settings.flag} is about a model that is loaded here, and has no effect with --url`)
  return { origin, apiKey: keyFile === undefined ? undefined : Buffer.from(await readInput(keyFile)).toString('utf8').trim(), model: args.text('model') }
}

/** The field of a body that says which model is meant. */
export function modelField ({ model }: Server): { model?: string } {
  return model === undefined ? {} : { model }
}

/** What a server answered that is no success. */
export class ServerRefusal extends Error {
  readonly status: number
  /** The code of docs/errors.md, where it gave one. */
  readonly code: string | undefined
  /** Wait after which it may answer otherwise; undefined where it does not say so. */
  readonly retryAfterMs: number | undefined

  constructor (message: string, status: number, code: string | undefined, retryAfterMs: number | undefined) {
    super(message)
    this.name = 'ServerRefusal'
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** Asks a server and reads its JSON. @throws Error with what the server said, or that it cannot be reached; UsageError for an address that is none */
export async function askServer ({ origin, apiKey }: Server, path: string, init: { method: string, body?: string }): Promise<unknown> {
  const headers = { accept: 'application/json', ...(init.body === undefined ? {} : { 'content-type': 'application/json' }), ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) }
  const answer = await fetch(addressOf(origin, path), { ...init, headers }).catch((cause: unknown) => {
    throw new Error(`${origin} cannot be reached`, { cause })
  })
  const body: unknown = await answer.json().catch(() => undefined)
  if (answer.ok) return body
  throw refusalOf(origin, answer, body)
}

function addressOf (origin: string, path: string): URL {
  if (!URL.canParse(origin) || !/^https?:$/.test(new URL(origin).protocol)) throw new UsageError(`--url takes the address of a server, for example http://127.0.0.1:8080, and it is "${origin}"`)
  return new URL(path, origin)
}

function refusalOf (origin: string, { status, headers }: Response, body: unknown): ServerRefusal {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined
  const said = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'no reason that can be read'
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined
  return new ServerRefusal(`${origin} answered ${status}: ${said}`, status, code, retryAfterMs(headers))
}

/** A proxy in front of a server knows seconds only, or says when it will be time: the last is not read. */
function retryAfterMs (headers: Headers): number | undefined {
  if (headers.get('x-should-retry') === 'false') return undefined
  const ms = Number(headers.get('retry-after-ms') ?? Number(headers.get('retry-after') ?? NaN) * 1000)
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}
