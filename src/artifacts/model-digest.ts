import { createHash } from 'node:crypto'
import type { Manifest } from './manifest.js'

/**
 * Names a model by everything that decides about its tokens: SHA-256 over its manifest, which has the SHA-256 of every file, as JSON with sorted keys, without
 * `description`, `license` and `provenance`, which may be edited without a change of what the model does.
 *
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function modelDigest (manifest: Manifest): string {
  const { description, license, provenance, ...decisive } = manifest
  return `sha256:${createHash('sha256').update(sortedJson(decisive)).digest('hex')}`
}

function sortedJson (value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1)
  return `{${fields.map(([key, each]) => `${JSON.stringify(key)}:${sortedJson(each)}`).join(',')}}`
}
