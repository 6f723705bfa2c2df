import t from 'tap'
import { negotiate } from '../../../src/http/negotiate.js'
import type { WritableFormat } from '../../../src/image/image-format.js'

const choose = (accept?: string, { n = 1, ...wish }: { n?: number, outputFormat?: WritableFormat, isDetailed?: boolean } = {}) => negotiate({ n, outputFormat: undefined, accept, ...wish })
const file = (format: string) => ({ kind: 'file', format })
const json = (format: string) => ({ kind: 'json', format })

t.test('Accept chooses by quality and by the most specific range', async (t) => {
  const cases: [string | undefined, object][] = [
    [undefined, file('png')],
    ['*/*', file('png')],
    ['image/*', file('png')],
    ['image/jpeg', file('jpeg')],
    ['IMAGE/WEBP', file('webp')],
    ['image/webp;q=0.4, image/jpeg;q=0.9', file('jpeg')],
    ['image/*;q=0.2, image/webp', file('webp')],
    ['image/png;q=0, */*', file('webp')],
    ['application/json', json('png')],
    ['application/json, image/webp;q=0.5', json('webp')],
    ['application/json;q=0.5, image/png', file('png')],
    ['text/html, application/xhtml+xml, */*;q=0.8', file('png')]
  ]
  for (const [accept, expected] of cases) t.same(choose(accept), expected, accept ?? 'no Accept')
})

t.test('output_format names the format, Accept whether JSON carries it', async (t) => {
  t.same(choose('*/*', { outputFormat: 'webp' }), file('webp'))
  t.same(choose('application/json', { outputFormat: 'jpeg' }), json('jpeg'))
  t.throws(() => choose('image/png', { outputFormat: 'webp' }), { code: 'not_acceptable' }, 'they contradict each other')
})

t.test('several pictures need JSON', async (t) => {
  t.same(choose('*/*', { n: 2 }), json('png'))
  t.same(choose('application/json, image/webp', { n: 2 }), json('webp'))
  t.throws(() => choose('image/png', { n: 2 }), { code: 'not_acceptable', message: /Ask for one of application\/json/ })
})

t.test('what headers do not hold needs JSON', async (t) => {
  t.same(choose('*/*', { isDetailed: true }), json('png'))
  t.same(choose('image/webp, application/json;q=0.1', { isDetailed: true }), json('webp'))
  t.throws(() => choose('image/png', { isDetailed: true }), { code: 'not_acceptable', message: /application\/json/ })
})

t.test('nothing acceptable is an error that quotes at most a line of it', async (t) => {
  t.throws(() => choose('text/html'), { code: 'not_acceptable', message: /text\/html/ })
  try {
    choose(`text/${'x'.repeat(5000)}`)
    t.fail('it was accepted')
  } catch (error) {
    t.ok(error instanceof Error && error.message.length < 500)
  }
})
