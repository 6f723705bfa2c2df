/** How often the default policy is wrong, on sentences in test/fixtures/policy/; docs/policy.md has to say the same. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parse } from 'yaml'
import { loadPolicy } from '../../../src/load-policy.js'

type Sentences = Record<'prompt' | 'question', Record<string, string[]>>

const file = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
const policy = await loadPolicy('')
const page = await readFile(file('docs/policy.md'), 'utf8')

interface Measured { refuse: number, refused: number, pass: number, falselyRefused: string[], missed: string[] }

async function measure (name: string): Promise<Measured> {
  const sentences = parse(await readFile(file(`test/fixtures/policy/${name}`), 'utf8')) as Sentences
  const measured: Measured = { refuse: 0, refused: 0, pass: 0, falselyRefused: [], missed: [] }
  for (const place of ['prompt', 'question'] as const) {
    for (const [category, list] of Object.entries(sentences[place])) {
      for (const sentence of list) {
        const isRefused = policy.judge(place, sentence).some(({ action }) => action === 'refuse')
        measured[category === 'pass' ? 'pass' : 'refuse']++
        if (category !== 'pass' && isRefused) measured.refused++
        if (category !== 'pass' && !isRefused) measured.missed.push(sentence)
        if (category === 'pass' && isRefused) measured.falselyRefused.push(sentence)
      }
    }
  }
  return measured
}

for (const name of ['sentences.yaml', 'unseen-sentences.yaml']) {
  t.test(name, async (t) => {
    const { refuse, refused, pass, falselyRefused, missed } = await measure(name)
    t.same(missed, [], 'nothing that was caught before is missed')
    t.ok(falselyRefused.length <= 4, falselyRefused.join('; '))
    const row = `| \`${name}\`, now | ${refuse} | ${pass} | ${refused} | ${falselyRefused.length} | ${(refused / (refused + falselyRefused.length)).toFixed(3)} | ${(refused / refuse).toFixed(3)} |`
    t.ok(page.includes(row), `docs/policy.md has ${row}`)
  })
}

t.test('what the issue names passes', async (t) => {
  for (const harmless of ['a young woman', 'a man with a boyish grin', 'a nun\'s habit']) t.same(policy.judge('prompt', harmless), [], harmless)
})

t.test('questions and answers about feelings are answered with a notice, expressions without', async (t) => {
  t.match(policy.judge('question', 'Is she happy?'), [{ category: 'emotion', action: 'disclose', message: /2024\/1689, Art\. 50\(3\)/ }])
  t.match(policy.judge('answer', 'He looks angry.'), [{ category: 'emotion' }])
  t.same(policy.judge('answer', 'A smiling woman with a serious look.'), [])
})
