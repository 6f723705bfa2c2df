import t from 'tap'
import { foldWords, readingsOf } from '../../../src/policy/fold-text.js'

t.test('words are the same in any case, with any marks, in any look-alike alphabet', async (t) => {
  for (const spelling of ['child', 'CHILD', 'Çhïłd', 'сһіld', 'ｃｈｉｌｄ', '𝒄𝒉𝒊𝒍𝒅', 'ⓒⓗⓘⓛⓓ', '🅒🅗🅘🅛🅓', 'ᴄʜɪʟᴅ', 'CНІLD']) t.same(foldWords(spelling), ['child'], spelling)
  t.same(foldWords('Straße, Cœur'), ['strasse', 'coeur'])
})

t.test('what no reader sees is no border of a word', async (t) => {
  for (const unseen of ['\u200b', '\u200d', '\u00ad', '\ufeff', '\u2060', '\u034f', '\u115f', '\u{e0061}', '\u0000', '\ufe0f', '\u2800', '\u202e']) t.same(foldWords(`chi${unseen}ld`), ['child'], encodeURIComponent(unseen))
  t.same(foldWords('chi\nld'), ['chi', 'ld'], 'a line break is one')
})

t.test('a word that is spelled to get past a list is read as a person reads it, beside what it says', async (t) => {
  const reads = (text: string, words: string): void => { t.ok(readingsOf(text).some((reading) => reading.join(' ') === words), text) }
  reads('a ch1ld', 'a child')
  reads('$exy n@ked wh!te', 'sexy naked white')
  reads('n.u.d.e woman', 'nude woman')
  reads('a c h i l d', 'a child')
  reads('b r a d pitt', 'brad pitt')
  reads('a nuuuude woman', 'a nude woman')
  reads('a 12yo in the 1990s', 'a 12yo in the 1990s')
  t.same(readingsOf('an old man'), [['an', 'old', 'man']], 'a plain text has one reading')
})

t.test('any text can be folded, however long it is', async (t) => {
  t.same(readingsOf(''), [[]])
  t.same(foldWords('!?…'), [])
  t.same(foldWords('\ud800x'), ['x'], 'half a character')
  for (const text of ['a'.repeat(8192), 'a '.repeat(4096), '@'.repeat(8192)]) t.ok(readingsOf(text).length > 0, 'before the test runs out of time')
})
