import t from 'tap'
import { ANY_CHARACTER, codePoints, type CodePointRange, except, oneCharacter, others } from '../../../src/text/code-points.js'
import { accepts } from '../../support/pattern-texts.js'

t.test('a range has exactly its characters, whatever the lengths of their UTF-8', (t) => {
  const borders = [0, 1, 0x7e, 0x7f, 0x80, 0x81, 0xff, 0x7bf, 0x7c0, 0x7fe, 0x7ff, 0x800, 0xfff, 0x1000, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffe, 0x3ffff, 0x40000, 0x10fffe, 0x10ffff]
  for (const first of borders) {
    for (const last of borders.filter((each) => each >= first)) {
      const pattern = oneCharacter(codePoints([[first, last]]))
      const wrong = borders.filter((each) => accepts(pattern, String.fromCodePoint(each)) !== (each >= first && each <= last))
      t.same(wrong, [], `${first.toString(16)} to ${last.toString(16)}`)
    }
  }
  t.end()
})

t.test('ranges are joined, cut and turned around', (t) => {
  const cases: [CodePointRange[], CodePointRange[]][] = [
    [[[5, 9], [1, 3], [4, 4]], [[1, 9]]],
    [[[5, 9], [7, 20], [1, 2]], [[1, 2], [5, 20]]],
    [[[0xd000, 0xe100]], [[0xd000, 0xd7ff], [0xe000, 0xe100]]],
    [[[9, 5]], []]
  ]
  for (const [ranges, joined] of cases) t.same(codePoints(ranges), joined)
  t.same(except([[1, 9]], [[3, 4], [9, 12]]), [[1, 2], [5, 8]])
  t.same(others(others([[0x61, 0x7a]])), [[0x61, 0x7a]])
  t.same(others(ANY_CHARACTER), [])
  t.end()
})
