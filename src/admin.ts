import type { App } from './app.js'
import { codedError } from './common/errors.js'
import { buildAdminServer } from './http/admin-server.js'
import type { Reloads } from './reloads.js'

/**
 * Listens for operators.
 *
 * @param address host and port; empty for nowhere
 * @returns closes it
 * @throws setting_invalid when it cannot listen there
 */
export async function openAdmin (address: string, reloads: Reloads, { server: { log } }: App): Promise<() => Promise<void>> {
  if (address === '') return async () => {}
  const server = buildAdminServer(reloads, log)
  const at = address.lastIndexOf(':')
  try {
    await server.listen({ host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)), listenTextResolver: (url) => `admin: listening on ${url}` })
  } catch (cause) {
    throw codedError('setting_invalid', ['UNIF2ACE_ADMIN_ADDRESS', `an address of this machine with a free port (${cause instanceof Error ? cause.message : String(cause)})`, address], { cause })
  }
  return async () => { await server.close() }
}
