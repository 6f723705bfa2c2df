import t from 'tap'
import { choice, literally, repeat, sequence } from '../../../src/common/byte-pattern.js'
import { Constraint, GrammarShelf, TextGrammar } from '../../../src/sampling/constraint.js'
import { Vocabulary } from '../../../src/sampling/vocabulary.js'

/** Tokens of several lengths; 0 has no text, 1 ends a text. */
const WORDS = [undefined, undefined, 'r', 're', 'red', 'd', 'ish', 'blue', 'é', ' ']
const END = 1
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const vocabulary = new Vocabulary([...WORDS.map((word) => word === undefined ? undefined : bytes(word)), bytes('é').subarray(0, 1), bytes('é').subarray(1)], { size: 12, endOfText: END })
const HALF = [10, 11] as const

const constraintOf = (...texts: string[]): Constraint => new Constraint(new TextGrammar({ root: choice(...texts.map(literally)), rules: {} }, vocabulary))
const allowed = ({ next }: Constraint): number[] => 'allowed' in next ? [...next.allowed.keys()].filter((id) => next.allowed[id] === 1) : []

t.test('every token that begins or goes on with an allowed text may come, however it is cut', (t) => {
  const constraint = constraintOf('red', 'reddish')
  t.same(allowed(constraint), [2, 3, 4])
  constraint.accept(3)
  t.same(allowed(constraint), [5])
  constraint.accept(5)
  t.same(allowed(constraint), [END, 5], 'red is complete, and reddish may follow')
  constraint.accept(5)
  constraint.accept(6)
  t.equal(constraint.next.outcome, 'end')
  t.same(allowed(constraint), [END])
  t.end()
})

t.test('tokens may end within a character', (t) => {
  const constraint = constraintOf('é')
  t.same(allowed(constraint), [8, HALF[0]])
  constraint.accept(HALF[0])
  t.same(allowed(constraint), [HALF[1]])
  t.end()
})

t.test('what the vocabulary cannot spell is told', (t) => {
  t.equal(constraintOf('green').next.outcome, 'stuck')
  const later = constraintOf('red green')
  later.accept(4)
  later.accept(9)
  t.equal(later.next.outcome, 'stuck')
  t.end()
})

t.test('a token that leads nowhere may not come', (t) => {
  const constraint = new Constraint(new TextGrammar({ root: sequence(literally('r'), choice(literally('e'), sequence(literally('ed'), choice()))), rules: {} }, vocabulary))
  t.same(allowed(constraint), [2, 3], 'red cannot be ended')
  t.end()
})

t.test('a token that was not allowed leaves a text that cannot go on', (t) => {
  const constraint = constraintOf('red')
  constraint.accept(7)
  t.equal(constraint.next.outcome, 'stuck')
  t.end()
})

t.test('texts that share a grammar do not touch each other', (t) => {
  const shelf = new GrammarShelf(vocabulary)
  const grammar = { root: repeat(sequence(literally('r'), choice(literally('e'), literally('ed'))), 1, 3), rules: {} }
  const [one, other] = [new Constraint(shelf.take('g', grammar)), new Constraint(shelf.take('g', grammar))]
  one.accept(4)
  t.same(allowed(one), [END, 2, 3, 4])
  t.same(allowed(other), [2, 3, 4])
  t.equal(shelf.take('g', grammar), shelf.take('g', grammar))
  for (let index = 0; index < 40; index++) shelf.take(`other ${index}`, grammar)
  const again = shelf.take('g', grammar)
  t.same(allowed(new Constraint(again)), [2, 3, 4], 'a grammar that was forgotten is made again')
  t.end()
})
