import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'

/** Resident memory of a server in bytes: the HTTP process, its engines, and all of them with what they share (the program, libraries) counted once, as for a container. */
export interface Memory { http: number, engines: number[], together: number }

/** The server as a user starts it, in a process of its own, spoken to over HTTP only. */
export class ServerProcess {
  readonly readySeconds: number
  readonly #child: ChildProcess
  readonly #url: string

  private constructor (child: ChildProcess, url: string, readySeconds: number) {
    this.#child = child
    this.#url = url
    this.readySeconds = readySeconds
  }

  /** Starts the built server on a free port and waits until it is ready. @param settings of its environment, besides */
  static async start (folder: string, threads: number, settings: Record<string, string> = {}): Promise<ServerProcess> {
    const port = await freePort()
    const began = performance.now()
    const env = { ...process.env, UNIF2ACE_PORT: String(port), UNIF2ACE_MODEL: folder, UNIF2ACE_LOG_LEVEL: 'error', UNIF2ACE_THREADS: String(threads), ...settings }
    const child = spawn(process.execPath, ['dist/main.js'], { stdio: ['ignore', 'inherit', 'inherit'], env })
    const url = `http://127.0.0.1:${port}`
    while (!await isReady(url)) {
      if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode} before it was ready`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return new ServerProcess(child, url, (performance.now() - began) / 1000)
  }

  /** One picture as PNG. */
  async generate (prompt: string, seed: number, settings: { steps: number, guidance: number }): Promise<Buffer> {
    const body = { prompt, seed, num_inference_steps: settings.steps, guidance_scale: settings.guidance, output_format: 'png' }
    return Buffer.from(await (await this.post('/v1/faces/generate', body)).arrayBuffer())
  }

  /** A caption, and how many tokens it has. */
  async caption (picture: Buffer, maxTokens: number): Promise<{ text: string, tokens: number }> {
    const body = { image: `data:image/png;base64,${picture.toString('base64')}`, max_tokens: maxTokens }
    const answer = await (await this.post('/v1/faces/caption', body)).json() as { caption: string, usage: { completion_tokens: number } }
    return { text: answer.caption, tokens: answer.usage.completion_tokens }
  }

  /** Seconds of each of `count` calls of /livez, one after the other. */
  async liveness (isOver: () => boolean): Promise<number[]> {
    const seconds: number[] = []
    while (!isOver()) {
      const began = performance.now()
      await (await fetch(`${this.#url}/livez`)).text()
      seconds.push((performance.now() - began) / 1000)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return seconds
  }

  /** Resident memory of the server and its engines, in bytes, each page once. */
  async residentBytes (): Promise<number> {
    return (await this.memory()).together
  }

  async memory (): Promise<Memory> {
    const pid = this.#child.pid ?? 0
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).split('\n').map(Number).filter((child) => child > 0)
    const [http = { own: 0, shared: 0 }, ...engines] = await Promise.all([pid, ...children].map(residentBytesOf))
    const all = [http, ...engines]
    return {
      http: http.own + http.shared,
      engines: engines.map(({ own, shared }) => own + shared),
      together: all.reduce((sum, { own }) => sum + own, 0) + Math.max(...all.map(({ shared }) => shared))
    }
  }

  /** The metrics as a scrape reads them. */
  async metrics (): Promise<string> {
    return await (await fetch(`${this.#url}/metrics`)).text()
  }

  async stop (): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGTERM')
    await ended
  }

  /** @throws on any answer but a good one */
  async post (path: string, body: object): Promise<Response> {
    const response = await fetch(this.#url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response
  }
}

async function isReady (url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false // not listening yet
  }
}

/** What of a process is in memory, in bytes (Linux): pages of its own, and pages that others map too. */
async function residentBytesOf (pid: number): Promise<{ own: number, shared: number }> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  const sum = (kind: string): number => [...rollup.matchAll(new RegExp(`^${kind}_(?:Clean|Dirty):\\s+(\\d+) kB$`, 'gm'))].reduce((kilobytes, [, some]) => kilobytes + Number(some), 0) * 1024
  return { own: sum('Private'), shared: sum('Shared') }
}

async function freePort (): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => { resolve(typeof address === 'object' && address !== null ? address.port : 0) })
    })
  })
}
