import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { ERROR_TABLE } from '../../src/common/error-table.js'
import { SETTINGS } from '../../src/config.js'

const text = await readFile(fileURLToPath(new URL('../../docs/errors.md', import.meta.url)), 'utf8')
const sections = new Map(text.split(/^### /m).slice(1).map((section): [string, string] => {
  const [heading = '', ...lines] = section.split('\n')
  return [heading, lines.join('\n').split(/^## /m, 1)[0]?.trim() ?? '']
}))

t.test('every code has a heading, and every heading is a code', async (t) => {
  t.same([...sections.keys()].sort(), Object.keys(ERROR_TABLE).sort())
  t.equal(text.match(/^### /gm)?.length, sections.size, 'no code has two')
})

t.test('each section begins with the status that is sent, and says more than that', async (t) => {
  const startsServer = text.indexOf('## A server that does not start')
  for (const [code, { status }] of Object.entries(ERROR_TABLE)) {
    const section = sections.get(code) ?? ''
    t.ok(section.length > 40, code)
    const isSent = !/never sent/i.test(section) && text.indexOf(`### ${code}\n`) < startsServer
    if (isSent) t.match(section, new RegExp(`^${status}\\. `), code)
  }
})

t.test('settings that it names exist', async (t) => {
  const known = new Set(SETTINGS.map(({ variable }) => variable))
  t.same([...text.matchAll(/UNIF2ACE_[A-Z0-9_]*[A-Z]/g)].map(([name]) => name).filter((name) => !known.has(name)), [])
})
