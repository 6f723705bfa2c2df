import { createServer, request as forward, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** A server behind the proxy. */
export interface Upstream {
  origin: string
  /** Whether its probe said 200 the last time. */
  isReady: boolean
  /** Requests that it was sent and has not answered to the end. */
  inFlight: number
  /** Requests that it was sent. */
  sent: number
}

export interface ReadinessProxy {
  origin: string
  upstreams: Upstream[]
  /** Puts a server behind it; it is sent requests when it is ready. */
  add (origin: string): Upstream
  /** Sends a server nothing more, as an endpoint that was taken out of a Service. */
  remove (upstream: Upstream): void
  close (): Promise<void>
}

/** Between the answer of a probe and the next. */
const PROBE_MS = 50

/** A proxy as a Service is one: it sends requests by turns to servers that are ready and tries nothing twice. */
export async function readinessProxy (): Promise<ReadinessProxy> {
  const upstreams: Upstream[] = []
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const ready = upstreams.filter(({ isReady }) => isReady)
    const upstream = ready[turn++ % ready.length]
    if (upstream === undefined) {
      outgoing.writeHead(502).end('nobody is ready')
      return
    }
    upstream.sent++
    upstream.inFlight++
    outgoing.once('close', () => { upstream.inFlight-- })
    const onward = forward(`${upstream.origin}${incoming.url ?? ''}`, { method: incoming.method, headers: incoming.headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      answer.once('error', () => { outgoing.destroy() })
    })
    onward.once('error', () => { if (outgoing.headersSent) outgoing.destroy(); else outgoing.writeHead(502).end() })
    incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  let isProbing = true
  const probeAll = async (): Promise<void> => {
    await Promise.all(upstreams.map(probe))
    if (isProbing) setTimeout(() => { probeAll().catch(() => {}) }, PROBE_MS)
  }
  probeAll().catch(() => {}) // what fails is not ready
  return {
    origin: originOf(server),
    upstreams,
    add: (origin) => {
      const upstream = { origin, isReady: false, inFlight: 0, sent: 0 }
      upstreams.push(upstream)
      return upstream
    },
    remove: (upstream) => { upstreams.splice(upstreams.indexOf(upstream), 1) },
    close: async () => {
      isProbing = false
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}

async function probe (upstream: Upstream): Promise<void> {
  try {
    const answer = await fetch(`${upstream.origin}/readyz`)
    await answer.arrayBuffer()
    upstream.isReady = answer.ok
  } catch {
    upstream.isReady = false
  }
}

function originOf (server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
