import t from 'tap'
import { type BytePattern, choice, literally, optional, repeat, sequence } from '../../../src/common/byte-pattern.js'
import { ByteAutomaton, type Place } from '../../../src/sampling/byte-automaton.js'
import { accepts } from '../../support/pattern-texts.js'

const LETTER: BytePattern = { kind: 'byte', ranges: [[0x61, 0x7a]] }

t.test('each kind of pattern has its texts and no others', (t) => {
  const cases: [BytePattern, string[], string[]][] = [
    [literally('né'), ['né'], ['', 'n', 'né!', 'ne']],
    [LETTER, ['a', 'z'], ['', 'A', 'ab']],
    [sequence(), [''], ['a']],
    [sequence(literally('a'), LETTER, literally('')), ['ab'], ['a', 'abc']],
    [choice(), [], ['', 'a']],
    [sequence(literally('a'), choice()), [], ['', 'a', 'ab']],
    [choice(literally('red'), literally('reddish')), ['red', 'reddish'], ['redd', 're']],
    [optional(literally('a')), ['', 'a'], ['aa']],
    [repeat(LETTER, 2, 4), ['ab', 'abc', 'abcd'], ['a', 'abcde']],
    [repeat(LETTER, 3, null), ['abc', 'abcdefgh'], ['ab']],
    [repeat(optional(literally('a')), 0, null), ['', 'a', 'aaaa'], ['b']],
    [repeat(optional(literally('a')), 2, 3), ['', 'a', 'aaa'], ['aaaa']],
    [repeat(literally('ab'), 0, 0), [''], ['ab']]
  ]
  for (const [pattern, texts, others] of cases) {
    for (const text of texts) t.ok(accepts(pattern, text), `"${text}" is one`)
    for (const text of others) t.notOk(accepts(pattern, text), `"${text}" is none`)
  }
  t.end()
})

t.test('a rule may name itself, to any depth', (t) => {
  const nested = { root: { kind: 'rule', name: 'list' }, rules: { list: sequence(literally('['), optional({ kind: 'rule', name: 'list' }), literally(']')) } } as const
  t.ok(accepts(nested, `${'['.repeat(200)}${']'.repeat(200)}`))
  t.notOk(accepts(nested, `${'['.repeat(200)}${']'.repeat(199)}`))
  t.end()
})

t.test('a rule that is nothing but itself has no texts, and one that is missing neither', (t) => {
  t.notOk(accepts({ root: { kind: 'rule', name: 'a' }, rules: { a: { kind: 'rule', name: 'a' } } }, 'a'))
  t.notOk(accepts({ root: { kind: 'rule', name: 'b' }, rules: {} }, 'b'))
  t.end()
})

t.test('too many ways are told, not followed', (t) => {
  const automaton = new ByteAutomaton({ root: sequence(repeat(optional(LETTER), 1000, 1000), repeat(LETTER, 1000, 1000)), rules: {} })
  t.match(automaton.start(), { ways: 256 })
  const endless = new ByteAutomaton({ root: { kind: 'rule', name: 'a' }, rules: { a: sequence({ kind: 'rule', name: 'a' }, LETTER) } })
  t.match(endless.start(), { ways: 256 }, 'a rule that begins with itself grows without reading')
  t.end()
})

t.test('what was forgotten is made again: the same texts after any number of others', (t) => {
  const automaton = new ByteAutomaton({ root: repeat(LETTER, 0, 20_000), rules: {} })
  const start = automaton.start()
  if ('ways' in start) throw new Error('too many ways')
  let place: Place = start
  for (let read = 0; read < 20_000; read++) {
    const next = automaton.step(place, 0x61)
    if (next === null || 'ways' in next) throw new Error(`stopped after ${read}`)
    place = next
  }
  t.ok(place.mayEnd)
  t.equal(automaton.step(place, 0x61), null)
  t.ok(automaton.step(start, 0x61), 'the start goes on as before')
  t.end()
})
