import t from 'tap'
import { BYTE_OF_CHARACTER, bytesOfEntry } from '../../../src/artifacts/byte-alphabet.js'

t.test('every byte has one stand-in that can be printed', async (t) => {
  t.same(new Set(BYTE_OF_CHARACTER.values()), new Set(Array.from({ length: 256 }, (_, byte) => byte)))
  for (const character of BYTE_OF_CHARACTER.keys()) t.match(character, /^[^\s\p{Cc}]$/u)
})

t.test('the stand-ins are GPT-2\'s', async (t) => {
  t.match(Object.fromEntries(BYTE_OF_CHARACTER), { A: 0x41, '~': 0x7e, Ġ: 0x20, Ċ: 0x0a, Ā: 0, ġ: 0x7f, Ń: 0xad, ÿ: 0xff })
})

t.test('an entry is the bytes of its characters; one with another character is none', async (t) => {
  t.same(bytesOfEntry('Ġhair'), Uint8Array.from(Buffer.from(' hair')))
  t.same(bytesOfEntry('Ã©'), Uint8Array.from(Buffer.from('é')))
  t.equal(bytesOfEntry('two words'), undefined)
  t.equal(bytesOfEntry('😀'), undefined)
})
