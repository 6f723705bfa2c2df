import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { Readable } from 'node:stream'
import ipaddr from 'ipaddr.js'
import { Agent, request } from 'undici'
import { codedError, isCodedError } from '../common/errors.js'

/** Fetches pictures that requests name by address. */
export type FetchPicture = (url: string, signal: AbortSignal) => Promise<Uint8Array>

export interface FetchPictureOptions {
  /** `example.com`, or `example.com:8443` where only that port is meant. */
  allowedHosts: readonly string[]
  maxBytes: number
  timeoutMs?: number
}

const TIMEOUT_MS = 10_000
const MAX_REDIRECTS = 3
const MAX_HEADER_BYTES = 16 * 1024
const ACCEPT = 'image/png, image/jpeg, image/webp, image/gif'

/**
 * Fetches pictures from the hosts that the operator allows, and from no others, whatever they answer.
 *
 * Each hop is held against the list and a name is resolved once, by the connection itself: what is checked is the address that is dialled, so that a name cannot
 * lead elsewhere between check and use. Names that lead into private networks are refused; an address in the list is taken at its word.
 *
 * @returns throws image_url_not_fetched, image_url_refused, image_url_unreachable, image_too_large, or the signal's reason
 */
export function createFetchPicture ({ allowedHosts, maxBytes, timeoutMs = TIMEOUT_MS }: FetchPictureOptions): FetchPicture {
  const allowed = new Set(allowedHosts.map(normalHost))
  // One request a connection: each is dialled, and so checked, anew.
  const agent = new Agent({ pipelining: 0, connect: { lookup: lookUpPublic, timeout: timeoutMs }, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, maxHeaderSize: MAX_HEADER_BYTES })
  return async (text, signal) => {
    if (allowed.size === 0) throw codedError('image_url_not_fetched', [])
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      return await follow(readUrl(text, allowed), { allowed, agent, maxBytes, signal: AbortSignal.any([signal, timeout]) })
    } catch (error) {
      signal.throwIfAborted()
      if (timeout.aborted) throw codedError('image_url_unreachable', [`it took longer than ${timeoutMs} ms`], { cause: error })
      throw asPictureError(error)
    }
  }
}

interface Fetching { allowed: ReadonlySet<string>, agent: Agent, maxBytes: number, signal: AbortSignal }

async function follow (first: URL, { allowed, agent, maxBytes, signal }: Fetching): Promise<Uint8Array> {
  let url = first
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    // Not decompressed: a picture is small already, and bytes are counted as they come.
    const { statusCode, headers, body } = await request(url, { dispatcher: agent, signal, headers: { accept: ACCEPT, 'accept-encoding': 'identity' } })
    const { location } = headers
    if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
      abandon(body)
      const next = readUrl(new URL(location, url).href, allowed)
      if (url.protocol === 'https:' && next.protocol !== 'https:') throw codedError('image_url_refused', ['it leads from https to http'])
      url = next
      continue
    }
    if (statusCode === 200) return await readBytes(body, maxBytes)
    abandon(body)
    throw codedError('image_url_unreachable', [`its server answered ${statusCode}`])
  }
  throw codedError('image_url_unreachable', [`it is redirected more than ${MAX_REDIRECTS} times`])
}

/** Closes a body that nobody wants, which it calls an error. */
function abandon (body: Readable): void {
  body.on('error', () => {}).destroy()
}

async function readBytes (body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    bytes += part.length
    // Leaving the loop closes the body.
    if (bytes > maxBytes) throw codedError('image_too_large', [maxBytes])
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** @throws image_url_refused */
function readUrl (text: string, allowed: ReadonlySet<string>): URL {
  if (!URL.canParse(text)) throw codedError('image_url_refused', ['it is no address'])
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw codedError('image_url_refused', [`it leads from the web to ${url.protocol}`])
  if (url.username !== '' || url.password !== '') throw codedError('image_url_refused', ['it has a name or a password in it'])
  if (!allowed.has(url.hostname) && !allowed.has(hostAndPort(url))) throw codedError('image_url_refused', [`the host ${url.host} is not among those that this server fetches from`])
  return url
}

/** As the URL parser writes it: lower case, no dot at the end, addresses in one form. */
function normalHost (entry: string): string {
  if (!URL.canParse(`http://${entry}`)) throw codedError('setting_invalid', ['UNIF2ACE_IMAGE_URL_ALLOWED_HOSTS', 'hosts such as example.com or example.com:8443', entry])
  const url = new URL(`http://${entry}`)
  return /:\d+$/.test(entry) ? hostAndPort(url) : url.hostname
}

function hostAndPort ({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`
}

/** Resolves a name for a connection; fails when one of its addresses is not public. */
const lookUpPublic: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return done(error, '')
    if (addresses.some(({ address }) => !isPublic(address))) return done(codedError('image_url_refused', [`the host ${host} leads into a private network`]), '')
    const [first] = addresses
    if (options.all === true || first === undefined) return done(null, addresses)
    done(null, first.address, first.family)
  })
}

/** Whether anybody on the internet has this address: neither private, local, shared, reserved, nor one of those written as IPv6. */
export function isPublic (address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'
}

function asPictureError (error: unknown): Error {
  const cause = error instanceof Error && isCodedError(error.cause) ? error.cause : error
  if (isCodedError(cause)) return cause
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'the connection failed'
  return codedError('image_url_unreachable', [reason], { cause })
}
