import { createHash } from 'node:crypto'
import t from 'tap'
import { keyOfHeaders, OPEN_TO_ALL, readApiKeys } from '../../../src/http/api-keys.js'

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex')

t.test('keys are known by the hashes of a file, whose notes and comments do not matter', async (t) => {
  const folder = t.testdir({ keys: `# keys of the lab\n\n${hashOf('one')}  -\nsha256:${hashOf('two').toUpperCase()} for the demo\n` })
  const keys = await readApiKeys(`${folder}/keys`)
  const [one, two] = ['one', 'two'].map((key) => keys.identify(key)?.id)
  t.match([one, two], [/^[0-9a-f]{16}$/, /^[0-9a-f]{16}$/])
  t.not(one, two)
  for (const stranger of [undefined, '', 'three', hashOf('one')]) t.equal(keys.identify(stranger), undefined)
})

t.test('a file that cannot be used says which line, and how to write one', async (t) => {
  const folder = t.testdir({ plain: `${hashOf('one')}\nmy-plain-key\n`, empty: '# nothing yet\n' })
  await t.rejects(readApiKeys(`${folder}/plain`), { code: 'api_keys_invalid', message: /line 2 is not a SHA-256.*one a line/ })
  await t.rejects(readApiKeys(`${folder}/empty`), { code: 'api_keys_invalid', message: /holds no key/ })
  await t.rejects(readApiKeys(`${folder}/absent`), { code: 'api_keys_invalid', message: /ENOENT/ })
})

t.test('a message never holds what was written in the place of a hash', async (t) => {
  const folder = t.testdir({ keys: 'my-plain-key' })
  await readApiKeys(`${folder}/keys`).catch((error: Error) => { t.notMatch(error.message, /my-plain-key/) })
})

t.test('a key is read from either header', async (t) => {
  t.equal(keyOfHeaders({ authorization: 'Bearer abc' }), 'abc')
  t.equal(keyOfHeaders({ authorization: 'bearer  abc' }), 'abc')
  t.equal(keyOfHeaders({ 'x-api-key': 'abc' }), 'abc')
  t.equal(keyOfHeaders({ authorization: 'Basic abc' }), undefined)
  t.equal(keyOfHeaders({ authorization: 'Bearer a b' }), undefined)
  t.equal(keyOfHeaders({}), undefined)
})

t.test('without a file everybody is the same caller', async (t) => {
  t.equal(OPEN_TO_ALL.identify(undefined), OPEN_TO_ALL.identify('anything'))
})

t.test('what is agreed for a key follows its hash as JSON; a note is still a note', async (t) => {
  const folder = t.testdir({ keys: `${hashOf('one')} {"name": "lab", "weight": 2.5, "requests_per_minute": 60, "work_units_per_minute": 3000}\n${hashOf('two')} weight=3\n` })
  const keys = await readApiKeys(`${folder}/keys`)
  const { id = '', ...terms } = keys.identify('one') ?? {}
  t.match(id, /^[0-9a-f]{16}$/)
  t.same(terms, { name: 'lab', weight: 2.5, requests_per_minute: 60, work_units_per_minute: 3000 })
  t.same(Object.keys(keys.identify('two') ?? {}), ['id'])
  t.equal(keys.callers, 'several')
})

t.test('terms that would not hold are refused with their line, never ignored', async (t) => {
  const refused: [terms: string, reason: RegExp][] = [
    ['{"weight": 2', /line 1 has terms that are not JSON/],
    ['{"weight": 0}', /line 1 has terms that are not taken: \/weight/],
    ['{"wieght": 2}', /they are name, weight, requests_per_minute, work_units_per_minute/],
    ['{"requests_per_minute": 1.5}', /requests_per_minute/]
  ]
  for (const [terms, message] of refused) await t.rejects(readApiKeys(t.testdir({ keys: `${hashOf('one')} ${terms}` }) + '/keys'), { code: 'api_keys_invalid', message })
  await t.rejects(readApiKeys(t.testdir({ keys: `${hashOf('one')} {"weight": 2}\n${hashOf('one')}` }) + '/keys'), { code: 'api_keys_invalid', message: /there twice/ })
})
