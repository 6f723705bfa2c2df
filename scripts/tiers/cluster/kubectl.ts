import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseAllDocuments } from 'yaml'

/** What every Kubernetes object has, and what the checks read of it. */
export interface KubernetesObject {
  apiVersion: string
  kind: string
  metadata: { name: string, namespace?: string, uid?: string, generation?: number, labels?: Record<string, string>, deletionTimestamp?: string }
  spec?: Record<string, unknown>
  status?: Record<string, unknown>
}

/** What a kubectl said, and whether it was content. */
export interface Outcome { code: number, answer: string, complaint: string }

/** How long the cluster may take until something holds; with kwok for nodes everything takes seconds on a quiet machine. */
const PATIENCE_MS = 180_000
const PAUSE_MS = 200

/** kubectl with the right to do anything. Server-side, strict, and a warning of the server is an error. */
export class Kubectl {
  readonly #program: string
  readonly #kubeconfig: string

  constructor (program: string, kubeconfig: string) {
    this.#program = program
    this.#kubeconfig = kubeconfig
  }

  async try (args: readonly string[], input = ''): Promise<Outcome> {
    const child = spawn(this.#program, ['--kubeconfig', this.#kubeconfig, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    const said = { answer: '', complaint: '' }
    child.stdout.on('data', (part: Buffer) => { said.answer += String(part) })
    child.stderr.on('data', (part: Buffer) => { said.complaint += String(part) })
    child.stdin.end(input)
    const [code] = await once(child, 'close')
    return { code: Number(code ?? 1), ...said }
  }

  /** @throws what kubectl complained of. Answers what it printed. */
  async run (args: readonly string[], input = ''): Promise<string> {
    const { code, answer, complaint } = await this.try(args, input)
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${complaint || answer}`)
    return answer
  }

  /** Applies objects as YAML; a warning is an error. */
  async apply (manifests: string): Promise<void> {
    await this.run(['apply', '--server-side', '--force-conflicts', '--validate=strict', '--warnings-as-errors', '-f', '-'], manifests)
  }

  /** @throws unless the server refuses these objects, with these words among its reasons. */
  async refuses (manifests: string, reason: RegExp): Promise<void> {
    const { code, complaint } = await this.try(['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict', '--warnings-as-errors', '-f', '-'], manifests)
    if (code === 0) throw new Error('it was accepted')
    if (!reason.test(complaint)) throw new Error(`it was refused for another reason: ${complaint}`)
  }

  async get (kind: string, name: string): Promise<KubernetesObject> {
    return JSON.parse(await this.run(['get', kind, name, '-o', 'json'])) as KubernetesObject
  }

  async list (kind: string, selector = ''): Promise<KubernetesObject[]> {
    const found = JSON.parse(await this.run(['get', kind, ...(selector === '' ? [] : ['-l', selector]), '-o', 'json'])) as { items: KubernetesObject[] }
    return found.items
  }

  /** Waits until something holds. @throws what was seen last when it takes too long. */
  async until (what: string, holds: () => Promise<boolean>, describe: () => Promise<string> = async () => ''): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    while (!await holds()) {
      if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain: ${what}\n${await describe()}`)
      await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS) })
    }
  }
}

/** Objects of a stream of YAML documents. */
export function readObjects (manifests: string): KubernetesObject[] {
  return parseAllDocuments(manifests).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(String(document.errors[0]))
    const object = document.toJS() as KubernetesObject | null
    return object === null ? [] : [object]
  })
}
