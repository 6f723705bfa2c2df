import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A process that was started for the checks. */
export interface Started {
  child: ChildProcess
  /** All that it has written, to both outputs. */
  output: () => string
  /** Asks it to end, and waits for that. */
  stop: () => Promise<void>
}

/** Starts a process of these checks. */
export function start (command: string, args: readonly string[], environment: Record<string, string> = {}): Started {
  const child = spawn(command, args, { env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => { output += String(part) })
  const closed = once(child, 'close')
  return {
    child,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM')
      await closed
    }
  }
}

/** Runs a command to its end. */
export async function run (command: string, args: readonly string[], input = ''): Promise<{ code: number, output: string }> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => { output += String(part) })
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code: Number(code ?? 1), output }
}

/** A port that nobody listens on. */
export async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Waits until something holds. @returns whether it came to hold in time */
export async function within (seconds: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = Date.now() + 1000 * seconds
  while (Date.now() < end) {
    if (await holds()) return true
    await new Promise((resolve) => { setTimeout(resolve, 200) })
  }
  return false
}
