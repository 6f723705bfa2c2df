import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { readTokenizerFile, spellingOf, type TokenizerFile } from '../artifacts/spelling.js'
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

/**
 * Reads a `tokenizer.json` (Hugging Face tokenizers) from disk.
 *
 * @throws tokenizer_invalid when the file cannot be read, is not JSON or not a byte-level BPE
 */
export async function loadTokenizer (path: string): Promise<TextTokenizer> {
  return createTokenizer(await readTokenizerFile(path))
}

/** Builds a tokenizer from the parsed content of a `tokenizer.json`. */
export function createTokenizer (file: TokenizerFile): TextTokenizer {
  // Special tokens are left out of the splitter, so that the library reads them in a user's text as ordinary characters.
  const plain = { ...file, added_tokens: file.added_tokens.filter((token) => !token.special) }
  const encoder = new HuggingFaceTokenizer(plain, { clean_up_tokenization_spaces: false })
  const bytes = spellingOf(file)
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
