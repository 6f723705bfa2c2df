/** The attributes of the server against what `training/` teaches: its phrase book and its labels. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { ATTRIBUTE_LIST, ATTRIBUTE_NAMES, type AttributeName, type AttributeQuestion } from '../../../src/tasks/attribute-list.js'

const TRAINING = fileURLToPath(new URL('../../../training/unif2ace_training', import.meta.url))

/** Phrasings that texts to train on have, by section: those that begin with `~` are held out. */
function readPhrasebook (): Map<string, string[]> {
  const book = new Map<string, string[]>()
  const folder = `${TRAINING}/language/phrasebook`
  for (const file of readdirSync(folder)) {
    let section: string[] = []
    for (const line of readFileSync(`${folder}/${file}`, 'utf8').split('\n')) {
      const name = /^\[(.*)\]$/.exec(line)?.[1]
      if (name !== undefined) book.set(name, section = [])
      else if (line.trim() !== '' && !/^[#~]/.test(line)) section.push(line)
    }
  }
  return book
}

/** The closed set of a label, as `labels.py` declares it. */
function labelValues (field: string): string[] {
  const source = readFileSync(`${TRAINING}/portraits/labels.py`, 'utf8')
  const kind = new RegExp(`^    ${field}: (\\w+)$`, 'm').exec(source)?.[1]
  const values = new RegExp(`^${kind} = Literal\\[([^\\]]*)\\]`, 'm').exec(source)?.[1]
  if (values === undefined) throw new Error(`labels.py has no closed set for ${field}`)
  return [...values.matchAll(/"([^"]*)"/g)].map(([, value = '']) => value).filter((value) => value !== 'none')
}

/** Names of a question in training, and of the label that answers it, where they are not those of the attribute. */
const TOPICS: Partial<Record<AttributeName, string>> = { eyes_open: 'eyes open', clothing_striped: 'striped' }
const FIELDS: Partial<Record<AttributeName, string>> = { age: 'age_group', glasses_kind: 'glasses', hat_kind: 'hat', earrings_kind: 'earrings' }

const book = readPhrasebook()
const phrasings = (section: string): string[] => book.get(section) ?? []
/** As `turns.py` finishes an answer. */
const finished = (text: string): string => {
  const sentence = text.slice(0, 1).toUpperCase() + text.slice(1).replace(/\b([Aa]) (?=[aeiou])/g, '$1n ')
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`
}
const spoken = (section: string, slots: Record<string, string>): string[] => phrasings(section).map((text) => finished(text.replace(/\{(\w+)\}/g, (slot, name: string) => slots[name] ?? slot)))
const pronouns = [{ they: 'she', They: 'She', their: 'her', Their: 'Her' }, { they: 'he', They: 'He', their: 'his', Their: 'His' }]

for (const name of ATTRIBUTE_NAMES) {
  const { question, answers, unseen }: AttributeQuestion = ATTRIBUTE_LIST[name]
  const topic = TOPICS[name] ?? name.replaceAll('_', ' ')
  t.test(`${name} is asked and answered in words that the model was trained on`, async (t) => {
    const isWhether = answers[0]?.value === 'yes'
    t.ok(phrasings(`${isWhether ? 'is' : 'ask'} ${topic}`).includes(question), question)
    if (isWhether) {
      t.same(answers.map(({ value }) => value), ['yes', 'no'])
      for (const { value, text } of answers) t.ok(spoken(`${value} ${topic}`, {}).includes(text), text)
      return
    }
    const field = FIELDS[name] ?? name
    t.same(answers.map(({ value }) => value), labelValues(field), 'every value of the label, and no other')
    for (const { value, text } of answers) {
      const word = phrasings(`value ${field} ${value}`)[0] ?? value
      const said = book.has(`answer ${topic} ${value}`) ? spoken(`answer ${topic} ${value}`, {}) : spoken(`answer ${topic}`, { value: word })
      t.ok(said.includes(text), text)
    }
    const hidden = [...book.keys()].filter((section) => section.startsWith('unseen ')).flatMap((section) => pronouns.flatMap((slots) => spoken(section, slots)))
    for (const text of unseen) t.ok(hidden.includes(text), text)
  })
}

t.test('no two answers of a question are the same', async (t) => {
  for (const name of ATTRIBUTE_NAMES) {
    const { answers, unseen }: AttributeQuestion = ATTRIBUTE_LIST[name]
    const texts = [...answers.map(({ text }) => text), ...unseen]
    t.equal(new Set(texts).size, texts.length, name)
  }
})
