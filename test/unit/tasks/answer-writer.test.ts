import t from 'tap'
import { AnswerWriter } from '../../../src/tasks/answer-writer.js'
import { describeModel } from '../../../src/tasks/face-model.js'
import { TOY_MANIFEST } from '../../support/toy-manifest.js'
import { toyTokenizer } from '../../support/toy-tokenizer.js'

const model = describeModel({ ...TOY_MANIFEST, layout: { ...TOY_MANIFEST.layout, answer_template: ' {answer}' } }, toyTokenizer)

/** What comes out after each token of a text, one a byte; the last is what the end brings. */
const pieces = (text: string, stops: string[] = []): { texts: string[], tokens: string[], text: string } => {
  const writer = new AnswerWriter(model, stops)
  const given = toyTokenizer.encode(text).map((tokenId) => writer.push({ tokenId, logprob: -1, top: [] }))
  given.push(writer.end())
  return { texts: given.map((piece) => piece.text), tokens: given.map((piece) => toyTokenizer.decode(piece.tokens.map(({ tokenId }) => tokenId))), text: writer.text }
}

t.test('the lead of an answer is left out, its token is told', (t) => {
  t.same(pieces(' ab'), { texts: ['', 'a', 'b', ''], tokens: [' ', 'a', 'b', ''], text: 'ab' })
  t.same(pieces('ab ').text, 'ab ', 'a space further on is text')
  t.end()
})

t.test('a character that is cut comes whole', (t) => {
  t.same(pieces('aé').texts, ['a', '', 'é', ''])
  t.end()
})

t.test('text is held back only while it may become a stop string', (t) => {
  t.same(pieces('abcabd', ['abd']).texts, ['', '', 'abc', '', '', '', ''])
  t.same(pieces('abcabd', ['abd']).text, 'abc')
  t.same(pieces('aab', ['ab']).texts, ['', 'a', '', ''], 'what begins anew within itself')
  t.same(pieces('xab', ['abc']).texts, ['x', '', '', 'ab'], 'at the end it can become nothing any more')
  t.end()
})

t.test('the first of several stop strings ends the text, and nothing comes after it', (t) => {
  t.same(pieces('one.two?three', ['?', '.']).text, 'one')
  t.same(pieces('one.two', ['e.t']).text, 'on')
  t.same(pieces('ab', ['a']).text, '')
  t.same(pieces(' ab', ['b', ' ']).text, 'a', 'the lead is not searched')
  t.end()
})

t.test('tokens come with the text that they are made of, and none for what was dropped', (t) => {
  t.same(pieces('abcabd', ['abd']).tokens, ['', '', 'abc', '', '', '', ''])
  t.same(pieces('xab', ['abc']).tokens, ['x', '', '', 'ab'])
  t.end()
})
