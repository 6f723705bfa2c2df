import { isIP } from 'node:net'
import { codedError } from '../common/errors.js'

const NAMED = new Set(['loopback', 'linklocal', 'uniquelocal'])

/**
 * The proxies whose X-Forwarded-For is believed, as Fastify takes them.
 *
 * @throws setting_invalid when one is no address, no network and no name of some
 */
export function trustedProxies (proxies: readonly string[]): string[] | false {
  const wrong = proxies.find((proxy) => !NAMED.has(proxy) && !isNetwork(proxy))
  if (wrong !== undefined) throw codedError('setting_invalid', ['UNIF2ACE_TRUST_PROXY', 'addresses, networks like 10.0.0.0/8, loopback, linklocal or uniquelocal, separated by commas', wrong])
  return proxies.length > 0 && [...proxies]
}

function isNetwork (text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^[0-9]{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}
