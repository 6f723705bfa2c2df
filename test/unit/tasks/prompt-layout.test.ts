import t from 'tap'
import { createPromptLayout } from '../../../src/tasks/prompt-layout.js'
import { toyTokenizer } from '../../support/toy-tokenizer.js'

const IDS = { sot: 3, eot: 1, t2i: 2 }
const LAYOUT = { generate_prefix: ['t2i', 'sot', '{text}', 'eot'], first_turn: ['sot', '{question}'], next_turn: ['{question}'], question_template: 'q: {question} a:', answer_template: ' {answer}.' }
const layout = createPromptLayout(LAYOUT, IDS, toyTokenizer)

t.test('a text-to-face prefix is [t2i][sot] text [eot]; the empty text is the unconditional prompt', async (t) => {
  t.same(layout.generatePrefix('ab'), [2, 3, 4, 5, 1])
  t.same(layout.generatePrefix(''), [2, 3, 1])
})

t.test('a question stands in its template, whatever it holds', async (t) => {
  for (const question of ['who', '$& {question} $1']) {
    const [first, ...rest] = layout.firstTurn(question)
    t.equal(first, 3)
    t.same(rest, toyTokenizer.encode(`q: ${question} a:`))
  }
})

t.test('a given answer ends with the token that ends answers', async (t) => {
  t.same(layout.givenAnswer('ab'), [...toyTokenizer.encode(' ab.'), 1])
  t.equal(layout.answerLead, ' ')
})

t.test('a layout that names a token without an id is refused', async (t) => {
  const broken = createPromptLayout({ ...LAYOUT, generate_prefix: ['t2v', '{text}'] }, IDS, toyTokenizer)
  t.throws(() => broken.generatePrefix('a'), { message: /"t2v"/ })
})
