import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('plain_loop.py', import.meta.url))

export interface PlainLoopOptions { python: string, folder: string, threads: number }

/** The peer's process: one request at a time, a line of JSON each way. */
export class PlainLoop {
  readonly torchVersion: string
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  private constructor (child: ChildProcess, lines: AsyncIterator<string>, torchVersion: string) {
    this.#child = child
    this.#lines = lines
    this.torchVersion = torchVersion
  }

  /** @throws Error when Python or the training package is missing */
  static async start ({ python, folder, threads }: PlainLoopOptions): Promise<PlainLoop> {
    const child = spawn(python, [SCRIPT, '--model', folder, '--threads', String(threads)], { stdio: ['pipe', 'pipe', 'inherit'] })
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    if (child.stdout === null) throw new Error('the plain loop has no output')
    const reader: Interface = createInterface({ input: child.stdout })
    const lines = reader[Symbol.asyncIterator]()
    const { torch } = await read<{ torch: string }>(lines)
    return new PlainLoop(child, lines, torch)
  }

  /** Makes a batch of pictures; answers their code ids. */
  async generate (prompts: string[], seeds: number[], settings: { steps: number, guidance: number }): Promise<number[][]> {
    const answer = await this.#ask<{ codes: number[][] }>({ task: 'generate', prompts, seeds, num_inference_steps: settings.steps, guidance_scale: settings.guidance })
    return answer.codes
  }

  /** Describes a batch of pictures (PNG); answers the texts and how many tokens they have, the end token left out. */
  async caption (pictures: Buffer[], question: string, maxTokens: number): Promise<{ texts: string[], tokens: number }> {
    const answer = await this.#ask<{ token_ids: number[][], texts: string[] }>({
      task: 'caption', pictures: pictures.map((picture) => picture.toString('base64')), question, max_tokens: maxTokens
    })
    return { texts: answer.texts, tokens: answer.token_ids.reduce((sum, ids) => sum + ids.length, 0) }
  }

  stop (): void {
    this.#child.kill()
  }

  async #ask<Answer> (request: object): Promise<Answer> {
    this.#child.stdin?.write(JSON.stringify(request) + '\n')
    return await read<Answer>(this.#lines)
  }
}

async function read<Answer> (lines: AsyncIterator<string>): Promise<Answer> {
  const { value, done } = await lines.next()
  if (done === true) throw new Error('the plain loop has ended; its error is above')
  return JSON.parse(value) as Answer
}
