import { spellingOf } from '../../src/artifacts/spelling.js'
import { createTokenizer, type TextTokenizer } from '../../src/text/tokenizer.js'

/** Characters of the toy's vocabulary from id 4 on; é is the two bytes Ã ©, and Ġ is the space. */
const CHARACTERS = 'abcdefghijklmnopqrstuvwxyzĠ.,?!\'-:Ã©0123456789'
const SPECIALS = ['<|unused|>', '<|eot|>', '<|t2i|>', '<|sot|>']

/** A `tokenizer.json` with one token a byte, for the toy model's 50 text ids. */
export const TOY_TOKENIZER_FILE = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: SPECIALS.map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: null,
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: Object.fromEntries([...SPECIALS, ...CHARACTERS].map((entry, id) => [entry, id])),
    merges: []
  }
}

export const TOY_SPELLING = spellingOf(TOY_TOKENIZER_FILE)

export const toyTokenizer: TextTokenizer = createTokenizer(TOY_TOKENIZER_FILE)
