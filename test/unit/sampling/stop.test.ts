import t from 'tap'
import { judgeToken } from '../../../src/sampling/stop.js'

const rules = { stopTokenIds: new Set([1]), maxTokens: 3 }

t.test('a text goes on until a stop token, which is not part of it, or its last token, which is', async (t) => {
  t.equal(judgeToken(9, 0, rules), 'continue')
  t.equal(judgeToken(1, 0, rules), 'stop')
  t.equal(judgeToken(9, 2, rules), 'length')
  t.equal(judgeToken(1, 2, rules), 'stop', 'the end that the model chose counts for more')
})
