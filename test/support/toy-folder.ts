import { createHash } from 'node:crypto'
import type { Test } from 'tap'
import type { Manifest } from '../../src/artifacts/manifest.js'
import { TOY_MANIFEST } from './toy-manifest.js'
import { TOY_TOKENIZER_FILE } from './toy-tokenizer.js'

/** What the toy's files hold: the toy worker computes without them, but they are checked like any others. */
const FILES: Record<string, string> = {
  'toy.onnx': 'no graph',
  'weights.safetensors': 'no weights',
  'tokenizer.json': JSON.stringify(TOY_TOKENIZER_FILE)
}

/** The toy's manifest with its files listed. */
export const TOY_FOLDER_MANIFEST: Manifest = {
  ...TOY_MANIFEST,
  files: Object.fromEntries(Object.entries(FILES).map(([name, content]) => [name, { bytes: Buffer.byteLength(content), sha256: createHash('sha256').update(content).digest('hex') }]))
}

/** The files of a model folder for the toy worker; what is changed makes another digest. */
export function toyFiles (changes: Partial<Manifest> = {}): Record<string, string> {
  return { ...FILES, 'manifest.json': JSON.stringify({ ...TOY_FOLDER_MANIFEST, ...changes }) }
}

/** A model folder on disk for the toy worker, gone with its test. `name` may be one of `MISCHIEF`'s folders. */
export function toyFolder (t: Test, name = 'toy'): string {
  return `${t.testdir({ [name]: toyFiles() })}/${name}`
}
