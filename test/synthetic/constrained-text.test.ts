/** Texts that are written in a pattern, up to a stop string, or with other logits: each keeps to its own rules, and its company changes nothing. */
import t from 'tap'
import { literally, choice, repeat, sequence } from '../../src/common/byte-pattern.js'
import type { EngineEvent, UnderstandWork } from '../../src/engine/protocol.js'
import { loadTokenizer } from '../../src/text/tokenizer.js'
import { oneCharacter } from '../../src/text/code-points.js'
import { regexPattern } from '../../src/text/regex-pattern.js'
import { ANY_OBJECT, schemaGrammar } from '../../src/text/schema-pattern.js'
import { debugFolder } from '../support/debug-model.js'
import { debugText } from '../support/debug-works.js'
import { createOrtEngine } from '../support/ort-engine.js'
import { idsOf } from '../support/toy-engine.js'

const tokenizer = await loadTokenizer(`${debugFolder()}/tokenizer.json`)
const textOf = (events: readonly EngineEvent[]): string => tokenizer.decode(idsOf(events))
const reasonOf = (events: readonly EngineEvent[]): string | undefined => events.flatMap((event) => event.type === 'finished' ? [event.finishReason] : [])[0]
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const regex = (source: string) => ({ root: regexPattern(source, { field: 'regex', character: oneCharacter, matches: 'whole' }), rules: {} })

const FACE = { type: 'object', properties: { hair: { enum: ['red', 'blond'] }, glasses: { type: 'boolean' } }, required: ['hair', 'glasses'] }
const GRAMMARS = {
  choices: { root: sequence(literally(' '), choice(literally('yes'), literally('no'), literally('not sure'))), rules: {} },
  regex: regex('(yes|no), \\d{2,3}( é)?\\.'),
  schema: schemaGrammar(FACE, 'schema'),
  object: ANY_OBJECT
} as const
const grammarOf = (key: keyof typeof GRAMMARS): Pick<UnderstandWork, 'grammar'> => ({ grammar: { key, grammar: GRAMMARS[key] } })
const LONG = 60

t.test('a text is one of its pattern, whatever is drawn', async (t) => {
  const { start, manifest } = await createOrtEngine(t)
  const seeds = [1n, 2n, 3n, 4n]
  const texts = async (key: keyof typeof GRAMMARS): Promise<string[]> => await Promise.all(seeds.map(async (seed) => textOf(await start(`${key} ${seed}`, debugText(manifest, { seed, maxTokens: LONG, ...grammarOf(key) })).ended)))
  const choices = await texts('choices')
  t.ok(choices.every((text) => [' yes', ' no', ' not sure'].includes(text)), choices.join('|'))
  t.ok((await texts('regex')).every((text) => /^(yes|no), \d{2,3}( é)?\.$/.test(text)))
  const faces = (await texts('schema')).map((text) => JSON.parse(text))
  t.ok(faces.every(({ hair, glasses }) => FACE.properties.hair.enum.includes(hair) && typeof glasses === 'boolean'))
  t.ok(new Set(faces.map((face) => JSON.stringify(face))).size > 1, 'the model still chooses')
})

t.test('a complete text ends with stop, and one that is cut says length', async (t) => {
  const { start, manifest } = await createOrtEngine(t)
  const whole = await start('whole', debugText(manifest, { maxTokens: LONG, ...grammarOf('schema') })).ended
  t.equal(reasonOf(whole), 'stop')
  const exact = await start('exact', debugText(manifest, { maxTokens: idsOf(whole).length, ...grammarOf('schema') })).ended
  t.same([textOf(exact), reasonOf(exact)], [textOf(whole), 'stop'], 'the last token that is allowed completes it')
  const short = await start('short', debugText(manifest, { maxTokens: 5, ...grammarOf('schema') })).ended
  t.equal(reasonOf(short), 'length')
  t.ok(textOf(whole).startsWith(textOf(short)))
})

t.test('a stop string ends a text with the token that completes it', async (t) => {
  const { start, manifest } = await createOrtEngine(t)
  const free = debugText(manifest, { maxTokens: LONG, grammar: { key: 'letters', grammar: { root: repeat({ kind: 'byte', ranges: [[0x61, 0x63]] }, 200, 200), rules: {} } } })
  const text = textOf(await start('free', free).ended)
  const stop = text.slice(20, 23)
  const events = await start('stopped', { ...free, stop: { strings: [bytes('zz'), bytes(stop)], lead: bytes(' ') } }).ended
  t.equal(reasonOf(events), 'stop')
  const stopped = textOf(events)
  t.ok(text.startsWith(stopped) && stopped.includes(stop))
  t.equal(tokenizer.decode(idsOf(events).slice(0, -1)).includes(stop), false, 'not a token later')
})

t.test('bias and penalties move the draws; log-probabilities are those after them', async (t) => {
  const { start, manifest } = await createOrtEngine(t)
  const greedy = debugText(manifest, { temperature: 0, maxTokens: 8 })
  const write = async (id: string, logits: Partial<NonNullable<UnderstandWork['logits']>>): Promise<EngineEvent[]> => await start(id, { ...greedy, logits: { bias: [], frequencyPenalty: 0, presencePenalty: 0, ...logits } }).ended
  const plain = idsOf(await start('plain', greedy).ended)
  t.same(idsOf(await write('nothing', {})), plain)
  const [first = 0] = plain
  t.notOk(idsOf(await write('banned', { bias: [[first, -100]] })).includes(first))
  const forced = await write('forced', { bias: [[77, 100]] })
  t.ok(idsOf(forced).every((id) => id === 77))
  t.ok(forced.every((event) => event.type !== 'token' || event.logprob > -1e-3), 'it was nearly certain after the bias')
  for (const penalty of ['frequencyPenalty', 'presencePenalty'] as const) {
    const ids = idsOf(await write(penalty, { bias: [[77, 100]], [penalty]: 200 }))
    t.equal(ids[0], 77)
    t.ok(ids.slice(1).some((id) => id !== 77), `${penalty} counts what was written`)
  }
})

t.test('texts with rules of their own share steps and stay what they are alone', async (t) => {
  const { start, manifest } = await createOrtEngine(t)
  const works: Record<string, UnderstandWork> = {
    schema: debugText(manifest, { seed: 3n, maxTokens: LONG, ...grammarOf('schema') }),
    object: debugText(manifest, { seed: 4n, maxTokens: LONG, ...grammarOf('object') }),
    free: debugText(manifest, { seed: 5n, maxTokens: LONG }),
    biased: debugText(manifest, { seed: 6n, maxTokens: LONG, logits: { bias: [[40, 3], [41, -3]], frequencyPenalty: 0.5, presencePenalty: 0.2 } })
  }
  const alone: [string, unknown][] = []
  for (const [name, work] of Object.entries(works)) alone.push([name, written(await start(`alone ${name}`, work).ended)])
  const together = await Promise.all(Object.entries(works).map(async ([name, work]): Promise<[string, unknown]> => [name, written(await start(`together ${name}`, work).ended)]))
  t.same(together, alone)
})

/** Tokens with their log-probabilities, bit for bit. */
function written (events: readonly EngineEvent[]): unknown[] {
  return events.flatMap((event) => event.type === 'token' ? [[event.tokenId, event.logprob]] : [])
}

t.test('what cannot be written fails by itself', async (t) => {
  const { start, manifest } = await createOrtEngine(t)
  const ambiguous = { root: sequence(repeat(repeat({ kind: 'byte', ranges: [[0x61, 0x7a]] }, 0, 1), 1000, 1000)), rules: {} } as const
  const works = [start('good', debugText(manifest, { maxTokens: 4 })), start('bad', debugText(manifest, { grammar: { key: 'ambiguous', grammar: ambiguous } })), start('none', debugText(manifest, { grammar: { key: 'none', grammar: { root: choice(), rules: {} } } }))]
  const [good, bad, none] = await Promise.all(works.map(async ({ ended }) => (await ended).at(-1)))
  t.match([good, bad, none], [{ type: 'finished' }, { type: 'failed', error: { code: 'pattern_too_ambiguous' } }, { type: 'failed', error: { code: 'pattern_not_spellable' } }])
})

t.test('a text that gets stuck on its way fails by itself, and its company goes on', async (t) => {
  const { start, manifest, faults } = await createOrtEngine(t)
  const free = debugText(manifest, { seed: 9n, maxTokens: LONG })
  const alone = idsOf(await start('alone', free).ended)
  const endless = { root: sequence(literally('xyz'), choice()), rules: {} } as const
  const [stuck, company] = await Promise.all([start('stuck', debugText(manifest, { grammar: { key: 'endless', grammar: endless } })).ended, start('company', free).ended])
  t.same(stuck.map(({ type }) => type), ['started', 'token', 'token', 'failed'])
  t.match(stuck.at(-1), { error: { code: 'pattern_not_spellable' } })
  t.same(idsOf(company), alone)
  t.same(faults, [])
})
