import { cpSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { debugFolder } from './debug-model.js'

/** What differs from the debug model in a folder whose encoders are in the published layouts of SCRFD, ArcFace and CLIP. */
const OVERLAY = fileURLToPath(new URL('../fixtures/models/debug-published', import.meta.url))

/** That folder whole, gone with its test. */
export function publishedFolder (t: Test): string {
  const path = t.testdir()
  cpSync(debugFolder(), path, { recursive: true })
  cpSync(OVERLAY, path, { recursive: true })
  return path
}

/** A file of it. */
export function publishedFile (file: string): Buffer {
  return readFileSync(`${OVERLAY}/${file}`)
}
