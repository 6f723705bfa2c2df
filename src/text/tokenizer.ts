import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { readFile } from 'node:fs/promises'
import { codedError } from '../common/errors.js'
import { bytesOfEntry } from './byte-alphabet.js'
import { Detokenizer, type TokenBytes } from './detokenizer.js'

/** A byte-level BPE tokenizer, read from a `tokenizer.json`. */
export interface TextTokenizer extends TokenBytes {
  /** Token ids of a text. Special tokens spelled out in the text (`<|eot|>`) are text: a prompt cannot forge the layout. */
  encode (text: string): number[]
  /** Text of token ids; special tokens have none, a sequence that is not UTF-8 shows U+FFFD. */
  decode (tokenIds: readonly number[]): string
  /** A detokenizer for one stream of ids. */
  detokenizer (): Detokenizer
  /** Number of ids, special tokens included. */
  readonly vocabularySize: number
}

interface TokenizerFile {
  model: { type: string, vocab: Record<string, number> }
  added_tokens: Array<{ id: number, content: string, special: boolean }>
}

/**
 * Reads a `tokenizer.json` (Hugging Face tokenizers) from disk.
 *
 * @throws tokenizer_invalid when the file cannot be read, is not JSON or not a byte-level BPE
 */
export async function loadTokenizer (path: string): Promise<TextTokenizer> {
  const content = await readJson(path)
  if (!isTokenizerFile(content)) throw codedError('tokenizer_invalid', [path, 'it is not a byte-level BPE with a vocabulary'])
  return createTokenizer(content)
}

async function readJson (path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw codedError('tokenizer_invalid', [path, cause instanceof Error ? cause.message : String(cause)], { cause })
  }
}

/** Builds a tokenizer from the parsed content of a `tokenizer.json`. */
export function createTokenizer (file: TokenizerFile): TextTokenizer {
  // Special tokens are left out of the splitter, so that the library reads them in a user's text as ordinary characters.
  const plain = { ...file, added_tokens: file.added_tokens.filter((token) => !token.special) }
  const encoder = new HuggingFaceTokenizer(plain, { clean_up_tokenization_spaces: false })
  const bytes = byteTable(file)
  const tokenizer: TextTokenizer = {
    vocabularySize: bytes.length,
    encode: (text) => text === '' ? [] : encoder.encode(text, { add_special_tokens: false }).ids,
    bytesOf: (tokenId) => bytes[tokenId],
    detokenizer: () => new Detokenizer(tokenizer),
    decode (tokenIds) {
      const detokenizer = tokenizer.detokenizer()
      return tokenIds.map((id) => detokenizer.push(id)).join('') + detokenizer.flush()
    }
  }
  return tokenizer
}

function isTokenizerFile (content: unknown): content is TokenizerFile {
  if (typeof content !== 'object' || content === null || !('model' in content) || !('added_tokens' in content)) return false
  const { model } = content
  return typeof model === 'object' && model !== null && 'type' in model && model.type === 'BPE' && 'vocab' in model &&
    typeof model.vocab === 'object' && Array.isArray(content.added_tokens)
}

/** Bytes by token id; holes where an id is special. */
function byteTable (file: TokenizerFile): Array<Uint8Array | undefined> {
  const table: Array<Uint8Array | undefined> = []
  for (const [entry, id] of Object.entries(file.model.vocab)) table[id] = bytesOfEntry(entry)
  for (const token of file.added_tokens) {
    table[token.id] = token.special ? undefined : new TextEncoder().encode(token.content)
  }
  return table
}
