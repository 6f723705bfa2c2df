import { createHash, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { codedError } from '../common/errors.js'

/** Decides who may use the API. */
export interface ApiKeys {
  /**
   * Who a key belongs to.
   *
   * @param key what the client sent; undefined when it sent none
   * @returns a stable identifier of the key that gives nothing of it away, or undefined when the key is not known
   */
  identify (key: string | undefined): string | undefined
}

/** No keys are configured: everybody is let in and shares one identity. */
export const OPEN_TO_ALL: ApiKeys = { identify: () => 'anonymous' }

const HASH_LINE = /^(?:sha256:)?([0-9a-f]{64})(?:\s+.*)?$/i

/**
 * Reads the file of hashed keys: one SHA-256 in hexadecimal a line, as `printf %s "$KEY" | sha256sum` prints it; what follows the hash is a note.
 * Empty lines and lines that begin with `#` are skipped.
 *
 * A plain hash is enough because keys are long and random (`openssl rand -hex 32`), unlike passwords.
 *
 * @throws api_keys_invalid when it cannot be read, a line is something else, or no key is left
 */
export async function readApiKeys (path: string): Promise<ApiKeys> {
  const lines = (await readText(path)).split('\n').map((line) => line.trim())
  const hashes = lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return []
    const hash = HASH_LINE.exec(line)?.[1]
    if (hash === undefined) throw codedError('api_keys_invalid', [path, `line ${index + 1} is not a SHA-256 in hexadecimal`])
    return [Buffer.from(hash, 'hex')]
  })
  if (hashes.length === 0) throw codedError('api_keys_invalid', [path, 'it holds no key'])
  return hashedKeys(hashes)
}

async function readText (path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw codedError('api_keys_invalid', [path, cause instanceof Error ? cause.message : String(cause)], { cause })
  }
}

/** Keys that are known by their SHA-256. */
export function hashedKeys (hashes: readonly Buffer[]): ApiKeys {
  return {
    identify (key) {
      if (key === undefined) return undefined
      const hash = createHash('sha256').update(key).digest()
      // Every hash is compared, each in constant time: the answer's timing says nothing about which key is near.
      const matches = hashes.filter((known) => timingSafeEqual(known, hash))
      return matches.length > 0 ? hash.toString('hex').slice(0, 16) : undefined
    }
  }
}

/** The key of a request: `Authorization: Bearer KEY`, or `x-api-key: KEY`. */
export function keyOfHeaders (headers: { authorization?: string | undefined, 'x-api-key'?: string | string[] | undefined }): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  const own = headers['x-api-key']
  return bearer ?? (typeof own === 'string' ? own : undefined)
}
