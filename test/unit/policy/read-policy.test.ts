import { writeFile } from 'node:fs/promises'
import t from 'tap'
import type { Test } from 'tap'
import { isCodedError } from '../../../src/common/errors.js'
import { loadPolicy } from '../../../src/load-policy.js'

async function load (t: Test, text: string): Promise<Awaited<ReturnType<typeof loadPolicy>>> {
  const path = `${t.testdir()}/policy.yaml`
  await writeFile(path, text)
  return await loadPolicy(path)
}

const RULE = 'enabled: true\n    action: refuse\n    message: No.\n    checks:\n      - in: [prompt]\n        terms: [hat]'

t.test('the default policy is read where none is named', async (t) => {
  const policy = await loadPolicy('')
  t.same(policy.refusing, ['minors', 'sexual', 'real_people', 'identity', 'ethnicity', 'religion', 'political_opinion', 'health', 'sexual_orientation'])
  t.match(policy.judge('prompt', 'a child'), [{ category: 'minors' }])
})

t.test('a policy of one\'s own is YAML or JSON, and replaces the default one', async (t) => {
  const yaml = await load(t, `version: 1\nrules:\n  hats:\n    ${RULE}\n`)
  t.same(yaml.refusing, ['hats'])
  t.match(yaml.judge('prompt', 'a HAT'), [{ category: 'hats', message: 'No.' }])
  t.same(yaml.judge('prompt', 'a child'), [])
  const json = await load(t, JSON.stringify({ version: 1, rules: { hats: { enabled: true, action: 'refuse', message: 'No.', checks: [{ in: ['prompt'], terms: ['hat'] }] } } }))
  t.match(json.judge('prompt', 'a hat'), [{ category: 'hats' }])
  t.same((await load(t, 'version: 1\nrules: {}')).refusing, [], 'nothing is refused')
})

t.test('extends: default changes the fields that it names, and adds rules', async (t) => {
  const policy = await load(t, `version: 1\nextends: default\nrules:\n  religion: { enabled: false }\n  minors: { message: Adults only. }\n  hats:\n    ${RULE}\n`)
  t.notOk(policy.refusing.includes('religion'))
  t.same(policy.judge('question', 'Is she Muslim?'), [])
  t.match(policy.judge('prompt', 'a child'), [{ category: 'minors', message: 'Adults only.' }])
  t.match(policy.judge('prompt', 'a hat'), [{ category: 'hats' }])
  t.match(policy.judge('question', 'Is he gay?'), [{ category: 'sexual_orientation' }])
})

t.test('a mistake is told with its line and its field', async (t) => {
  const reasonOf = async (text: string): Promise<string> => {
    try {
      await load(t, text)
    } catch (error) {
      return isCodedError(error, 'policy_invalid') ? error.message : String(error)
    }
    return 'none'
  }
  t.match(await reasonOf('version: 1\nrules:\n  a: [\n'), /policy\.yaml cannot be used: line \d+: /)
  t.match(await reasonOf('version: 1\nrules: {}\nrules: {}\n'), /line 3: .*unique/i)
  t.match(await reasonOf('version: 2\nrules: {}\n'), /line 1, version: /)
  t.match(await reasonOf('version: 1\nrulez: {}\nrules: {}\n'), /line 2, rulez: /)
  t.match(await reasonOf(`version: 1\nrules:\n  hats:\n    ${RULE}\n        trems: [hat]\n`), /line 10, rules\.hats\.checks\[0\]\.trems: /)
  t.match(await reasonOf(`version: 1\nrules:\n  hats:\n    ${RULE.replace('[prompt]', '[promt]')}\n`), /line 8, rules\.hats\.checks\[0\]\.in\[0\]: /)
  t.match(await reasonOf(`version: 1\nrules:\n  hats:\n    ${RULE.replace('[hat]', '[hat, "--"]')}\n`), /line 9, rules\.hats\.checks\[0\]\.terms\[1\]: .*no word/)
  t.match(await reasonOf('version: 1\nextends: default\nrules:\n  hats: { enabled: true }\n'), /line 4, rules\.hats: lacks action, message, checks/)
  t.match(await reasonOf('version: 1\nrules:\n  Hats: {}\n'), /line 3, rules\.Hats: /)
  await t.rejects(loadPolicy('/nowhere/policy.yaml'), { code: 'policy_invalid', message: /\/nowhere\/policy\.yaml cannot be used: ENOENT/ })
})
