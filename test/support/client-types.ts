import { readFile } from 'node:fs/promises'
import openapiTypes, { astToString } from 'openapi-typescript'
import { parse } from 'yaml'

/** Where the types of the TypeScript client are. */
export const CLIENT_TYPES = new URL('../../clients/typescript/contract.d.ts', import.meta.url)
const DOCUMENT = new URL('../../openapi.yaml', import.meta.url)
const HEAD = '// Generated from openapi.yaml: npm run openapi. No value of this file exists at run time.\n'

/** The contract as TypeScript types. */
export async function clientTypes (): Promise<string> {
  const document: unknown = parse(await readFile(DOCUMENT, 'utf8'))
  return HEAD + astToString(await openapiTypes(JSON.stringify(withParsedData(document))))
}

/** The client hands out what the JSON text of an event holds: the types say the same. */
function withParsedData (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withParsedData)
  if (typeof value !== 'object' || value === null) return value
  if ('contentSchema' in value) return withParsedData(value.contentSchema)
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withParsedData(each)]))
}
