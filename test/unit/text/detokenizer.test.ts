import t from 'tap'
import { uniforms } from '../../../src/common/rng.js'
import { Detokenizer } from '../../../src/text/detokenizer.js'

/** A vocabulary of single bytes: id = byte; ids from 256 on are special. */
const BYTES = { bytesOf: (tokenId: number) => tokenId < 256 ? Uint8Array.of(tokenId) : undefined }

/** What is said after each id, and at the end. */
function pieces (ids: Iterable<number>): string[] {
  const detokenizer = new Detokenizer(BYTES)
  return [...Array.from(ids, (id) => detokenizer.push(id)), detokenizer.flush()]
}

t.test('a character is said when its last byte has come, never half of it', async (t) => {
  t.same(pieces(Buffer.from('aé€😀')), ['a', '', 'é', '', '', '€', '', '', '', '😀', ''])
})

t.test('the pieces together are the text, wherever characters are cut', async (t) => {
  const text = 'Ein schönes Gesicht – 笑顔 👩‍🦰 \u0301 \ufeff end'
  const said = pieces(Buffer.from(text))
  t.equal(said.join(''), text)
  t.notOk(said.some((piece) => piece.includes('\ufffd')))
})

t.test('a text that stops within a character says so at the end, and only there', async (t) => {
  const ids = [...Buffer.from('ok€')].slice(0, -1)
  const said = pieces(ids)
  t.same(said.slice(0, -1), ['o', 'k', '', ''])
  t.equal(said.at(-1), '\ufffd')
})

t.test('special tokens say nothing and do not break a character', async (t) => {
  const [first = 0, second = 0] = Buffer.from('é')
  t.same(pieces([first, 300, second]), ['', '', 'é', ''])
})

t.test('any bytes at all: pieces equal the whole text decoded at once, and hold no lone surrogate', async (t) => {
  for (let seed = 0n; seed < 50n; seed++) {
    const bytes = Uint8Array.from(uniforms({ seed, stream: 0, step: 0, row: 0 }, 64), (number) => Math.floor(number * 256))
    const said = pieces(bytes)
    t.equal(said.join(''), new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
    t.ok(said.every((piece) => Buffer.from(piece).toString() === piece))
  }
})
