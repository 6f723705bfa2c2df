import t from 'tap'
import { findAgeUnder } from '../../../src/policy/ages.js'
import { findPersonalName } from '../../../src/policy/names.js'
import { foldWords } from '../../../src/policy/fold-text.js'
import { createPolicy, NO_POLICY, type Policy, PolicyProblemError } from '../../../src/policy/policy.js'
import type { Check, Rule } from '../../../src/policy/policy-file.js'

const rule = (checks: Check[], changes: Partial<Rule> = {}): Rule => ({ enabled: true, action: 'refuse', message: 'No.', checks, ...changes })
const policyOf = (check: Omit<Check, 'in'>): Policy => createPolicy({ it: rule([{ in: ['prompt'], ...check }]) })
const because = (policy: Policy, text: string): string | undefined => policy.judge('prompt', text)[0]?.because

t.test('terms are whole words, with endings only where they ask for them', async (t) => {
  const policy = policyOf({ terms: ['boy', 'teenage*', 'New  Born', 'nun\'s'] })
  t.equal(because(policy, 'a BOY.'), 'boy')
  t.equal(because(policy, 'a boyish cowboy'), undefined)
  t.equal(because(policy, 'two teenagers'), 'teenage*')
  t.equal(because(policy, 'a new-born'), 'New  Born')
  t.equal(because(policy, 'born new'), undefined)
  t.equal(because(policy, 'a nun’s habit'), 'nun\'s')
})

t.test('^ and $ bind a term to the ends of a text', async (t) => {
  const policy = policyOf({ terms: ['^who', 'know her$'] })
  t.equal(because(policy, 'Who is it?'), '^who')
  t.equal(because(policy, 'a man who smiles'), undefined)
  t.equal(because(policy, 'Do you know her?'), 'know her$')
  t.equal(because(policy, 'Do you know her hat?'), undefined)
})

t.test('inside of an exception no term counts, beside it it does', async (t) => {
  const policy = policyOf({ terms: ['nude'], except: ['nude lip*'] })
  t.equal(because(policy, 'nude lipstick'), undefined)
  t.equal(because(policy, 'a nude woman with nude lipstick'), 'nude')
})

t.test('ages under a bound count, however they are written', async (t) => {
  const found = (text: string): string | undefined => findAgeUnder(foldWords(text), 18)
  for (const young of ['a 12-year-old', 'seventeen years old', '16yo', '16 y/o', 'aged 15', 'age 9', 'at the age of ten', 'six months old', 'a lady, 17']) t.ok(found(young), young)
  for (const adult of ['an 18-year-old', 'aged 70', 'eighteen years old', 'a man with 9 freckles', '12 years younger', 'in the 1990s', 'a lady, 18', 'f/1.8, 85 mm']) t.equal(found(adult), undefined, adult)
})

t.test('two capitalised words in a row are a name, unless they are ordinary or the text is a headline', async (t) => {
  const ordinary = new Set(['new', 'york', 'smiling', 'woman', 'portrait', 'of'])
  const found = (text: string): string | undefined => findPersonalName(text, ordinary)
  t.equal(found('a picture of Maria Gonzalez from accounting'), 'Maria Gonzalez')
  t.equal(found('Vincent van Gogh'), 'Vincent Gogh')
  t.equal(found('Ludwig O’Neill-Müller laughing'), 'Ludwig O’Neill-Müller')
  t.equal(found('Dr. Petra in blue'), 'Dr. Petra')
  for (const none of ['New York', 'Smiling Woman', 'Maria, Gonzalez', 'a picture of Maria. Blue hat', 'maria gonzalez', 'MARIA GONZALEZ', 'A Young Girlfriend With Very Red Hair']) t.equal(found(none), undefined, none)
})

t.test('a rule reads the texts it names, says what it is for, and can be off', async (t) => {
  const policy = createPolicy({
    feelings: rule([{ in: ['question', 'answer'], terms: ['sad'] }], { action: 'disclose', message: 'About a feeling.' }),
    sadness: rule([{ in: ['question'], terms: ['sad'] }]),
    off: rule([{ in: ['question'], terms: ['sad'] }], { enabled: false })
  })
  t.same(policy.refusing, ['sadness'])
  t.same(policy.judge('question', 'is she sad'), [
    { category: 'sadness', action: 'refuse', message: 'No.', because: 'sad' },
    { category: 'feelings', action: 'disclose', message: 'About a feeling.', because: 'sad' }
  ], 'refusals first')
  t.same(policy.judge('answer', 'she is sad').map(({ category }) => category), ['feelings'])
  t.same(policy.judge('prompt', 'a sad woman'), [])
  t.same(NO_POLICY.judge('prompt', 'a sad child'), [])
})

t.test('a check that can find nothing, and a term without a word, are mistakes of the file', async (t) => {
  const problemOf = (check: Omit<Check, 'in'>): unknown => {
    try {
      policyOf(check)
    } catch (error) {
      return error instanceof PolicyProblemError ? error.problem : error
    }
    return 'none'
  }
  t.match(problemOf({}), { path: ['it', 'checks', 0], problem: /looks for nothing/ })
  t.match(problemOf({ terms: ['a', '!!'] }), { path: ['it', 'checks', 0, 'terms', 1], problem: /no word/ })
  t.match(problemOf({ terms: ['a'], except: ['b*d'] }), { path: ['it', 'checks', 0, 'except', 0], problem: /does not end a word/ })
})
