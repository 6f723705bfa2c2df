import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { FromEngine, ToEngine } from './protocol.js'

/**
 * Threads of libuv's pool in the engine: a run in flight for each core, the next being prepared, and file reads while loading.
 * Must be in the environment before the process starts; the pool is made once.
 */
const UV_THREADPOOL_SIZE = String(availableParallelism() + 2)

/** A running engine process, seen from the HTTP process. */
export interface EngineChannel {
  readonly pid: number | undefined
  send (message: ToEngine): void
  /** Ends the process at once; `ended` is told like of any other end. */
  kill (): void
}

/** Who hears what an engine process says. */
export interface ChannelListener {
  message (message: FromEngine): void
  /** Told once, after the last message. `reason` is for people: an exit code, a signal, or why it could not be started. */
  ended (end: { exitCode: number | null, reason: string }): void
}

/** Starts an engine process; tests put a scripted one here. */
export type SpawnEngine = (listener: ChannelListener) => EngineChannel

/** The worker beside this module, in TypeScript or compiled, as this module is. */
export const WORKER_PATH = fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url))

/**
 * Forks a process that runs `workerPath`. Its settings come by message, so the path and the pool size are all that it is started with.
 *
 * @param execArgv Node's own arguments; those of this process unless said
 */
export function forkEngine (workerPath: string, listener: ChannelListener, execArgv: readonly string[] = process.execArgv): EngineChannel {
  const child = fork(workerPath, [], {
    execArgv: [...execArgv],
    serialization: 'advanced',
    // The rest is passed through for the loader of shared libraries; the engine reads no settings from it.
    env: { ...process.env, UV_THREADPOOL_SIZE },
    // Whatever native code prints belongs on the error stream: standard output is the command line's answer.
    stdio: ['ignore', 2, 2, 'ipc']
  })
  child.on('message', (message) => { listener.message(message as FromEngine) })
  tellEnd(child, listener)
  return {
    pid: child.pid,
    send: (message) => { if (child.connected) child.send(message, ignoreFailure) },
    kill: () => { child.kill('SIGKILL') }
  }
}

/** A message that could not be delivered belongs to a process that has ended, and its end is told anyway. */
function ignoreFailure (): void {}

/** The process may end before its last messages are read: the end is told when both the process and the channel are gone. */
function tellEnd (child: ChildProcess, listener: ChannelListener): void {
  let exit: { exitCode: number | null, reason: string } | undefined
  const tell = (): void => {
    if (exit === undefined || child.connected) return
    child.removeAllListeners()
    listener.ended(exit)
  }
  child.on('exit', (exitCode, signal) => {
    exit = { exitCode, reason: signal === null ? `it exited with code ${exitCode}` : `it was ended by ${signal}` }
    tell()
  })
  child.on('disconnect', tell)
  child.on('error', (error) => {
    if (child.pid !== undefined) return // a message that failed, not the start
    exit = { exitCode: null, reason: error.message }
    tell()
  })
}
