import { createHash, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { codedError } from '../common/errors.js'

/** Somebody who may use the API. */
export interface Caller extends KeyTerms {
  /** Stable, and gives nothing of the key away. */
  id: string
}

/** What is agreed for a key; what is left out is the server's setting. */
export type KeyTerms = Static<typeof KeyTermsSchema>
export const KeyTermsSchema = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'For the log.' })),
  weight: Type.Optional(Type.Number({ minimum: 0.01, maximum: 100, description: 'Share of the engine and the queue beside others that wait; 1 unless said.' })),
  requests_per_minute: Type.Optional(Type.Integer({ minimum: 1 })),
  work_units_per_minute: Type.Optional(Type.Integer({ minimum: 1 }))
}, { additionalProperties: false })

/** Decides who may use the API. */
export interface ApiKeys {
  /**
   * Who a key belongs to; undefined when the key is not known.
   *
   * @param key what the client sent; undefined when it sent none
   */
  identify (key: string | undefined): Caller | undefined
  /** Whether callers are told apart at all. */
  readonly callers: 'one' | 'several'
}

/** A key that is known by its SHA-256. */
export interface KnownKey { hash: Buffer, terms: KeyTerms }

/** Everybody, where no key is asked for. */
export const ANONYMOUS: Caller = { id: 'anonymous' }

/** No keys are configured: everybody is let in and shares one identity. */
export const OPEN_TO_ALL: ApiKeys = { identify: () => ANONYMOUS, callers: 'one' }

const HASH_LINE = /^(?:sha256:)?([0-9a-f]{64})(?:\s+(.*))?$/i

/**
 * Reads the file of hashed keys: one SHA-256 in hexadecimal a line, as `printf %s "$KEY" | sha256sum` prints it. What follows the hash is a note, or terms as JSON:
 * `{"name": "lab", "weight": 2, "requests_per_minute": 60, "work_units_per_minute": 3000}`. Empty lines and lines that begin with `#` are skipped.
 *
 * A plain hash is enough because keys are long and random (`openssl rand -hex 32`), unlike passwords.
 *
 * @throws api_keys_invalid when it cannot be read, a line is something else, or no key is left
 */
export async function readApiKeys (path: string): Promise<ApiKeys> {
  const lines = (await readText(path)).split('\n').map((line) => line.trim())
  const keys = lines.flatMap((line, index) => line === '' || line.startsWith('#') ? [] : [readLine(line, (problem) => codedError('api_keys_invalid', [path, `line ${index + 1} ${problem}`]))])
  if (keys.length === 0) throw codedError('api_keys_invalid', [path, 'it holds no key'])
  const hashes = keys.map(({ hash }) => hash.toString('hex'))
  const twice = hashes.findIndex((hash, index) => hashes.indexOf(hash) < index)
  if (twice >= 0 && keys.some(({ hash, terms }) => hash.toString('hex') === hashes[twice] && Object.keys(terms).length > 0)) {
    throw codedError('api_keys_invalid', [path, 'a key with terms is there twice'])
  }
  return knownKeys(keys)
}

function readLine (line: string, problem: (what: string) => Error): KnownKey {
  const [, hash, note = ''] = HASH_LINE.exec(line) ?? []
  if (hash === undefined) throw problem('is not a SHA-256 in hexadecimal')
  return { hash: Buffer.from(hash, 'hex'), terms: note.startsWith('{') ? readTerms(note, problem) : {} }
}

function readTerms (text: string, problem: (what: string) => Error): KeyTerms {
  let terms: unknown
  try {
    terms = JSON.parse(text)
  } catch {
    throw problem('has terms that are not JSON')
  }
  if (Value.Check(KeyTermsSchema, terms)) return terms
  const [error] = Value.Errors(KeyTermsSchema, terms)
  throw problem(`has terms that are not taken: ${error?.instancePath ?? ''} ${error?.message ?? ''}; they are ${Object.keys(KeyTermsSchema.properties).join(', ')}`)
}

async function readText (path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw codedError('api_keys_invalid', [path, cause instanceof Error ? cause.message : String(cause)], { cause })
  }
}

/** Keys without terms that are known by their SHA-256. */
export function hashedKeys (hashes: readonly Buffer[]): ApiKeys {
  return knownKeys(hashes.map((hash) => ({ hash, terms: {} })))
}

/** Keys that are known by their SHA-256. */
export function knownKeys (keys: readonly KnownKey[]): ApiKeys {
  return {
    callers: keys.length > 1 ? 'several' : 'one',
    identify (key) {
      if (key === undefined) return undefined
      const hash = createHash('sha256').update(key).digest()
      // Every hash is compared, each in constant time: the answer's timing says nothing about which key is near.
      const [match] = keys.filter((known) => timingSafeEqual(known.hash, hash))
      return match === undefined ? undefined : { ...match.terms, id: hash.toString('hex').slice(0, 16) }
    }
  }
}

/** The key of a request: `Authorization: Bearer KEY`, or `x-api-key: KEY`. */
export function keyOfHeaders (headers: { authorization?: string | undefined, 'x-api-key'?: string | string[] | undefined }): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  const own = headers['x-api-key']
  return bearer ?? (typeof own === 'string' ? own : undefined)
}
