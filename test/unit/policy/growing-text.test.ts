/** A text that is judged while it is written meets the rules that it meets when it is judged as a whole each time. */
import t from 'tap'
import { uniforms } from '../../../src/common/rng.js'
import { PACKAGE_ROOT } from '../../../src/package.js'
import { GrowingText } from '../../../src/policy/growing-text.js'
import { createPolicy, type Finding, type Policy } from '../../../src/policy/policy.js'
import type { Check, Rule } from '../../../src/policy/policy-file.js'
import { readPolicy } from '../../../src/policy/read-policy.js'

const PLACE = 'answer'
const rule = (check: Omit<Check, 'in'>, action: Rule['action'] = 'disclose'): Rule => ({ enabled: true, action, message: 'Said.', checks: [{ in: [PLACE], ...check }] })
/** Everything that a rule can look for, over few words, so that chance meets it often. */
const EVERYTHING = createPolicy({
  start: rule({ terms: ['^sad', '^a b c', '^very not'] }),
  end: rule({ terms: ['very sad$', 'x ray$'] }),
  exception: rule({ terms: ['sad', 'ray ban'], except: ['not very sad', 'sad song*', 'sad man$', '^sad x'] }),
  prefix: rule({ terms: ['nak*', 'very nak* man', 'abc*'] }),
  spelled: rule({ terms: ['naked', 'sadman', 'xray'] }),
  long: rule({ terms: ['not a very sad old man'] }, 'refuse'),
  age: rule({ ages_under: 18 }),
  name: rule({ personal_names: true, ordinary_words: ['sad', 'man'] })
})
const PIECES = ['sad', 'man', 'very', 'not', 'a', 'b', 'c', 's', 'd', 'x', 'ray', 'x-ray', 'ban', 'naked', 'n@ked', 'n@', 'ked', 'nak3d', 'saaad', 'song', 'songs', 'not a very sad', 'old man', 'old', '12', 'years', 'aged', 'of age', '12yo', 'six', 'months', 'Petra', 'Müller', 'van', '.', ', ', '!', '\n', '\u200b', 'é', 'е', '´', 'ㅤ']

/** Numbers from 0 to 1, the same for the same seed. */
const numbers = (seed: number, count: number): Float32Array => uniforms({ seed: BigInt(seed), stream: 0, step: 0, row: 0 }, count)

/** The beginnings of a text, as it grows. */
function beginnings (seed: number, pieces: readonly string[], length: number): string[] {
  const drawn = numbers(seed, 2 * length)
  let text = ''
  return Array.from({ length }, (_, index) => {
    const piece = pieces[Math.floor((drawn[2 * index] ?? 0) * pieces.length)] ?? ''
    text += (drawn[2 * index + 1] ?? 0) < 0.85 ? `${piece} ` : piece
    return text
  })
}

/** Rules that were met by the time that a text had grown to each of its beginnings. */
function metBy (texts: readonly string[], judge: (text: string) => Finding[]): string[] {
  const met = new Set<string>()
  return texts.map((text) => {
    for (const { category } of judge(text)) met.add(category)
    return [...met].sort().join(' ')
  })
}

function compare (t: Tap, policy: Policy, texts: readonly string[], what: string): string {
  const whole = metBy(texts, (text) => policy.judge(PLACE, text))
  const followed = metBy(texts, policy.follow(PLACE))
  const differs = whole.findIndex((each, index) => each !== followed[index])
  t.equal(differs, -1, `${what}: ${differs < 0 ? 'alike' : `${JSON.stringify(texts[differs])} meets ${whole[differs]}, followed it met ${followed[differs]}`}`)
  return whole.at(-1) ?? ''
}
type Tap = Pick<typeof t, 'equal'>

t.test('a rule is met while the text grows when it is met by the whole of it', async (t) => {
  const seen = new Set<string>()
  for (let seed = 0; seed < 150; seed++) for (const category of compare(t, EVERYTHING, beginnings(seed, PIECES, 50), `seed ${seed}`).split(' ')) seen.add(category)
  for (const category of ['age', 'end', 'exception', 'long', 'name', 'prefix', 'spelled', 'start']) t.ok(seen.has(category), `chance met ${category}`)
})

t.test('the same of the policy that servers have', async (t) => {
  const policy = await readPolicy(`${PACKAGE_ROOT}policy/default.yaml`, `${PACKAGE_ROOT}policy/default.yaml`)
  const words = ['the', 'person', 'looks', 'very', 'sad', 'and', 'happy', 'race', 'car', 'in', 'english', 'black', 'man', 'white', 'christian', 'f r e n c h', 'braid', 'a s i a n', 'j e s u s', 'christ', 'v. van gogh', 'ill', 'pregnant', 'skin', 'g4y', 'hair', ',', '.', 'middle', 'eastern']
  const seen = new Set<string>()
  for (let seed = 0; seed < 12; seed++) for (const category of compare(t, policy, beginnings(seed, words, 40), `seed ${seed}`).split(' ')) seen.add(category)
  t.ok(seen.size > 3, [...seen].join(', '))
})

t.test('how much is read again does not depend on the length of the text', async (t) => {
  const growing = new GrowingText(3)
  let text = ''
  const lengths = Array.from({ length: 300 }, () => {
    text += 'glad woman '
    return growing.grow(text).text.length
  })
  t.equal(Math.max(...lengths), lengths[20], 'ten words before and two new ones, from then on')
  t.ok(text.length > 20 * (lengths[20] ?? 0))
  t.same(growing.grow(`${text}a`).context, 3)
})

t.test('single letters are read from the first of them on, for together they may be a word', async (t) => {
  const growing = new GrowingText(1)
  const before = 'one two three four five six seven eight '
  growing.grow(`${before}n a k `)
  t.match(growing.grow(`${before}n a k e d `).text, /n a k e d $/)
})
