import t from 'tap'
import type { CodecWork, EngineEvent } from '../../../src/engine/protocol.js'
import { workUnits } from '../../../src/engine/work-units.js'
import { pictureWork, textWork, toyPicture } from '../../support/engine-works.js'
import { createToyEngine } from '../../support/toy-engine.js'
import { TOY_SIZES } from '../../support/toy-executor.js'

const codes = Int32Array.from({ length: TOY_SIZES.imageTokens }, (_, index) => index)
const encode = (name: string): CodecWork => ({ kind: 'encode', picture: toyPicture(name) })
const codesOf = (events: readonly EngineEvent[]): number[] => events.flatMap((event) => event.type === 'codes' ? [...event.codeIds] : [])
const pixelsOf = (events: readonly EngineEvent[]): number[] => events.flatMap((event) => event.type === 'image' ? [...event.rgb] : [])

t.test('pixels become codes and codes pixels, each in one step, without a word', async (t) => {
  const { start, executor, faults } = createToyEngine()
  const encoded = await start('a', encode('a')).ended
  t.same(encoded.map(({ type }) => type), ['started', 'codes', 'finished'])
  t.match(encoded.at(-1), { finishReason: 'stop', usage: { promptTokens: 0, imageTokens: 16, completionTokens: 0, cachedTokens: 0, forwardPasses: 0 } })
  const rendered = await start('b', { kind: 'render', codeIds: codes }).ended
  t.same(rendered.map(({ type }) => type), ['started', 'image', 'finished'])
  t.match(rendered.at(-1), { usage: { promptTokens: 0, imageTokens: 0, originalTokens: 16 } })
  t.same(executor.plans.map(({ phase }) => phase), ['encode', 'render'])
  t.same(faults, [])
})

t.test('codes and pixels are those that the tasks see', async (t) => {
  const { start } = createToyEngine()
  const drawn = await start('p', pictureWork()).ended
  const image = drawn.find((event) => event.type === 'image')
  const again = await start('r', { kind: 'render', codeIds: image?.codeIds ?? codes }).ended
  t.same(pixelsOf(again), pixelsOf(drawn))
  t.not(String(pixelsOf(await start('s', { kind: 'render', codeIds: codes }).ended)), String(pixelsOf(drawn)))
  t.not(String(codesOf(await start('x', encode('a')).ended)), String(codesOf(await start('y', encode('b')).ended)))
})

t.test('many share steps with each other and with pictures, in the rows that a step has', async (t) => {
  const { start, executor, faults } = createToyEngine({ rowLimits: { encode: 2, prefill: 2, decode: 2, unmask: 4, render: 2 } })
  const alone = codesOf(await createToyEngine().start('a', encode('a')).ended)
  // The same picture twice, beside a text that reads it: nobody takes another's answer away.
  const works = [start('1', encode('a')), start('2', encode('a')), start('3', encode('b')), start('t', textWork()), start('p', pictureWork()), start('4', { kind: 'render', codeIds: codes }), start('5', { kind: 'render', codeIds: codes })]
  const ends = await Promise.all(works.map(async ({ ended }) => await ended))
  t.ok(ends.every((events) => events.at(-1)?.type === 'finished'))
  t.same([codesOf(ends[0] ?? []), codesOf(ends[1] ?? [])], [alone, alone])
  t.same(pixelsOf(ends[5] ?? []), pixelsOf(ends[6] ?? []))
  t.ok(executor.plans.some(({ phase, rows }) => phase === 'encode' && rows.length === 2), 'two in a step')
  t.ok(executor.plans.every(({ phase, rows }) => phase !== 'encode' || rows.length <= 2))
  t.same(faults, [])
})

t.test('it costs units, and the wall of the engine stands before native code', async (t) => {
  t.same([workUnits(encode('a')), workUnits({ kind: 'render' })], [2, 1])
  const { start } = createToyEngine()
  const wrong: [CodecWork, RegExp][] = [
    [{ kind: 'render', codeIds: codes.slice(1) }, /15 codes/],
    [{ kind: 'render', codeIds: codes.map((id) => id + TOY_SIZES.codebook) }, /outside the codebook/],
    [{ kind: 'render', codeIds: codes.map((id) => id - 1) }, /outside the codebook/],
    [{ kind: 'encode', picture: { ...toyPicture('a'), pixels: { ...toyPicture('a').pixels, clip: new Uint8Array(1) } } }, /picture.clip/]
  ]
  for (const [index, [work, problem]] of wrong.entries()) t.match((await start(`w${index}`, work).ended).at(-1), { type: 'failed', error: { args: [problem.source.includes('clip') ? 'picture.clip' : 'codeIds'] } })
})

t.test('an abandoned one leaves its place', async (t) => {
  const { start, core, faults } = createToyEngine()
  const left = start('gone', encode('a'))
  core.abort('gone')
  const events = await start('next', encode('a')).ended
  t.equal(events.at(-1)?.type, 'finished')
  t.notOk(left.events.some(({ type }) => type === 'codes'))
  t.same(faults, [])
})
