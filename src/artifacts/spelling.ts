import { readFile } from 'node:fs/promises'
import { codedError } from '../common/errors.js'
import { bytesOfEntry } from './byte-alphabet.js'

/** Bytes that each token id stands for; holes where an id is special and has no text. */
export type Spelling = readonly (Uint8Array | undefined)[]

/** What is read of a `tokenizer.json` (Hugging Face tokenizers). */
export interface TokenizerFile {
  model: { type: string, vocab: Record<string, number> }
  added_tokens: Array<{ id: number, content: string, special: boolean }>
}

/**
 * Reads a `tokenizer.json` from disk.
 *
 * @throws tokenizer_invalid when the file cannot be read, is not JSON or not a byte-level BPE
 */
export async function readTokenizerFile (path: string): Promise<TokenizerFile> {
  const content = await readJson(path)
  if (!isTokenizerFile(content)) throw codedError('tokenizer_invalid', [path, 'it is not a byte-level BPE with a vocabulary'])
  return content
}

/** The table of a tokenizer's ids. */
export function spellingOf (file: TokenizerFile): Spelling {
  const table: Array<Uint8Array | undefined> = []
  for (const [entry, id] of Object.entries(file.model.vocab)) table[id] = bytesOfEntry(entry)
  for (const token of file.added_tokens) {
    table[token.id] = token.special ? undefined : new TextEncoder().encode(token.content)
  }
  return table
}

async function readJson (path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw codedError('tokenizer_invalid', [path, cause instanceof Error ? cause.message : String(cause)], { cause })
  }
}

function isTokenizerFile (content: unknown): content is TokenizerFile {
  if (typeof content !== 'object' || content === null || !('model' in content) || !('added_tokens' in content)) return false
  const { model } = content
  return typeof model === 'object' && model !== null && 'type' in model && model.type === 'BPE' && 'vocab' in model &&
    typeof model.vocab === 'object' && Array.isArray(content.added_tokens)
}
