import t from 'tap'
import { oneCharacter } from '../../../src/text/code-points.js'
import { jsonCharacter } from '../../../src/text/json-pattern.js'
import { regexPattern } from '../../../src/text/regex-pattern.js'
import { accepts } from '../../support/pattern-texts.js'

const whole = (source: string) => regexPattern(source, { field: 'regex', character: oneCharacter, matches: 'whole' })

/** Texts that try the borders of the expressions below. */
const TEXTS = ['', 'a', 'b', 'ab', 'aab', 'abab', 'abc', 'A', 'é', '✓', '😀', '0', '7', '42', '1234', '-', '_', ' ', '\n', '\t', '\u00a0', 'yes', 'no', 'yes 12', 'a-b', 'a.b', 'axb', '(a)', '[', '\\', 'a\nb', 'ac', 'abbc', '01', 'x'.repeat(9)]

t.test('the texts of an expression are those that JavaScript matches as a whole', (t) => {
  const sources = ['a', 'ab|abc', 'a*b', '(ab)+', '(?:ab)?c?', 'a{2}b', 'x{3,}', 'x{2,9}', '.', '.*', '[abc]', '[^abc]', '[a-f0-9]+', '\\d+', '\\D', '\\w+', '\\W', '\\s', '\\S+', '[\\d_]', '[^\\s\\d]', 'a\\.b', 'a.b', '\\(a\\)', '\\\\', '\\[', 'a[\\-x]b', '(yes|no)( \\d{1,2})?', '^ab$', 'a|', '\\u{1f600}', '[é-✓]', '(a|b)*?c', '\\x41', '\\t|\\n', '']
  for (const source of sources) {
    const pattern = whole(source)
    const expression = new RegExp(`^(?:${source})$`, 'u')
    const wrong = TEXTS.filter((text) => accepts(pattern, text) !== expression.test(text))
    t.same(wrong, [], source)
  }
  t.end()
})

t.test('a part of a text is held by ^ and $ only where they stand', (t) => {
  for (const source of ['b', '^a', 'b$', '^ab$', '^a|c$', '^', '$', 'x{3}']) {
    const pattern = regexPattern(source, { field: 'pattern', character: oneCharacter, matches: 'part' })
    const wrong = TEXTS.filter((text) => accepts(pattern, text) !== new RegExp(source, 'u').test(text))
    t.same(wrong, [], source)
  }
  t.end()
})

t.test('within JSON a character is written as JSON writes it', (t) => {
  const pattern = regexPattern('["\\\\\\n]x', { field: 'pattern', character: jsonCharacter, matches: 'whole' })
  for (const text of ['"x', '\\x', '\nx']) t.ok(accepts(pattern, JSON.stringify(text).slice(1, -1)), text)
  t.notOk(accepts(pattern, '"x'), 'a bare quote would end the string')
  t.ok(accepts(regexPattern('.', { field: 'pattern', character: jsonCharacter, matches: 'whole' }), '\\u0001'))
  t.end()
})

t.test('what is not followed is refused with what it is', (t) => {
  const cases: [string, RegExp][] = [
    ['(a', /cannot be read.*Unterminated group/],
    ['a(?=b)', /"\(\?=b\)", which is not followed/],
    ['(?<!a)b', /not followed/],
    ['(a)\\1', /"\\1", which is not followed/],
    ['\\ba', /"\\b"/],
    ['\\p{L}', /"\\p\{L\}".*ranges/],
    ['a^b', /"\^"/],
    ['(^a)', /"\^"/],
    ['(?i:a)', /modifiers, "i"/],
    ['a{1025}', /more than 1024 times/],
    ['a{0,2000}', /more than 1024 times/],
    ['\\-', /cannot be read/],
    ['x'.repeat(2049), /2049 characters/]
  ]
  for (const [source, message] of cases) t.throws(() => whole(source), { code: 'regex_unsupported', param: 'regex', message }, source.slice(0, 20))
  t.end()
})
