import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { start, type Started, within } from './processes.js'

const ROOT = new URL('../../../', import.meta.url)

/** A server as a user starts it, over the debug model. */
export interface Served {
  origin: string
  metrics: () => Promise<string>
  /** Kills its engine, as a crash would, and waits until it is ready again. */
  crashEngine: () => Promise<void>
  /** Holds its engine still, so that what waits goes on waiting, and lets it go again. */
  pauseEngine: () => void
  resumeEngine: () => void
  stop: () => Promise<void>
}

/** A short queue can be filled; series by layer are those of every panel. */
const SETTINGS = { UNIF2ACE_PORT: '0', UNIF2ACE_MODEL: fileURLToPath(new URL('test/fixtures/models/debug', ROOT)), UNIF2ACE_MAX_QUEUE_REQUESTS: '16', UNIF2ACE_METRICS_PER_LAYER: 'true' }

/** A start takes 2 to 3 s on a quiet core; dozens of neighbours make a minute of it. */
const START_SECONDS = 240

/** @param settings of its environment, besides those above */
export async function startServer (settings: Record<string, string> = {}): Promise<Served> {
  const server = start(process.execPath, [fileURLToPath(new URL('dist/main.js', ROOT))], { ...SETTINGS, ...settings })
  const signalEngine = (signal: NodeJS.Signals): void => { for (const child of childrenOf(server)) process.kill(child, signal) }
  const origin = (): string | undefined => /"msg":"ready on (http:[^"]+)"/.exec(server.output())?.[1]
  if (!await within(START_SECONDS, () => origin() !== undefined || server.child.exitCode !== null)) throw new Error('the server was not ready in time')
  const address = origin()
  if (address === undefined) throw new Error(`the server did not start:\n${server.output()}`)
  const isReady = async (): Promise<boolean> => (await fetch(`${address}/readyz`)).status === 200
  return {
    origin: address,
    metrics: async () => await (await fetch(`${address}/metrics`)).text(),
    crashEngine: async () => {
      signalEngine('SIGKILL')
      await within(10, async () => !await isReady())
      if (!await within(START_SECONDS, isReady)) throw new Error('the server was not ready again in time')
    },
    pauseEngine: () => { signalEngine('SIGSTOP') },
    resumeEngine: () => { signalEngine('SIGCONT') },
    stop: server.stop
  }
}

/** Processes that it has started, by Linux' own account of threads. */
function childrenOf ({ child: { pid = 0 } }: Started): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter((id) => id.trim() !== '').map(Number))
}
