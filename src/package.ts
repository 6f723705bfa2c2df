import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Folder of this package, where package.json and models/ lie: above src/ in a checkout, above dist/ when built. */
export const PACKAGE_ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Version of this package. @throws Error when package.json has none */
export function packageVersion (): string {
  const content: unknown = JSON.parse(readFileSync(`${PACKAGE_ROOT}/package.json`, 'utf8'))
  if (typeof content === 'object' && content !== null && 'version' in content && typeof content.version === 'string') return content.version
  throw new Error('package.json has no version')
}
