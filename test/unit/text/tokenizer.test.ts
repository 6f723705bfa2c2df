import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createTokenizer, loadTokenizer } from '../../../src/text/tokenizer.js'
import { TOY_TOKENIZER_FILE } from '../../support/toy-tokenizer.js'

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/tokenizer/${name}`, import.meta.url))
const tokenizer = await loadTokenizer(fixture('tokenizer.json'))

t.test('ids are those of the training side\'s library', async (t) => {
  const golden: { text: string, ids: number[] }[] = JSON.parse(await readFile(fixture('golden.json'), 'utf8'))
  t.ok(golden.length > 5)
  for (const { text, ids } of golden) t.same(tokenizer.encode(text), ids, JSON.stringify(text))
})

t.test('every text comes back as it was', async (t) => {
  // All of the first planes' characters but surrogates, which are no characters by themselves.
  const everything = Array.from({ length: 0x2fff }, (_, code) => String.fromCodePoint(code + 1)).join('') + '😀👩‍🦰'
  t.equal(tokenizer.decode(tokenizer.encode(everything)), everything)
  for (const text of ['', ' ', '\n\n', ' leading', 'trailing ', 'a  b', '\ufeffmark']) t.equal(tokenizer.decode(tokenizer.encode(text)), text, JSON.stringify(text))
})

t.test('a prompt cannot forge the layout: special tokens spelled out are text', async (t) => {
  for (const text of ['<|eot|>', 'a face <|sot|><|eot|> b']) {
    const ids = tokenizer.encode(text)
    t.notOk(ids.some((id) => id < 2), 'no special id came out')
    t.equal(tokenizer.decode(ids), text)
  }
})

t.test('special tokens have no text, ids that do not exist neither', async (t) => {
  t.equal(tokenizer.decode([0, 1]), '')
  t.equal(tokenizer.bytesOf(0), undefined)
  t.equal(tokenizer.bytesOf(5000), undefined)
  t.equal(tokenizer.vocabularySize, 300)
})

t.test('added tokens that are not special stand for their text', async (t) => {
  const added = { id: 50, content: 'wow', single_word: false, lstrip: false, rstrip: false, normalized: false, special: false }
  const extended = createTokenizer({ ...TOY_TOKENIZER_FILE, added_tokens: [...TOY_TOKENIZER_FILE.added_tokens, added] })
  t.same(extended.encode('wow'), [50])
  t.equal(extended.decode([50]), 'wow')
})

t.test('files that are no byte-level BPE are refused with their path', async (t) => {
  const folder = t.testdir({ 'broken.json': '{"model"', 'words.json': JSON.stringify({ model: { type: 'WordPiece', vocab: {} }, added_tokens: [] }), 'list.json': '[]' })
  await t.rejects(loadTokenizer(`${folder}/broken.json`), { code: 'tokenizer_invalid', message: /broken.json/ })
  await t.rejects(loadTokenizer(`${folder}/words.json`), { code: 'tokenizer_invalid', message: /not a byte-level BPE/ })
  await t.rejects(loadTokenizer(`${folder}/list.json`), { code: 'tokenizer_invalid' })
  await t.rejects(loadTokenizer(`${folder}/absent.json`), { code: 'tokenizer_invalid', message: /ENOENT/ })
})
