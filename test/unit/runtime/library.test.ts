import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { Environment } from '../../../src/runtime/environment.js'
import { collectGarbage } from '../../support/collect-garbage.js'

const RUN_SMALL_GRAPH = fileURLToPath(new URL('../../support/run-small-graph.ts', import.meta.url))

t.test('the library stays loaded when nothing that was made of it is left', async (t) => {
  new Environment({ threads: 1 }).dispose()
  for (let round = 0; round < 3; round++) {
    collectGarbage()
    await wait(10)
  }
  // Calls into a library that was unloaded end this process with a segmentation fault, and so the test.
  t.doesNotThrow(() => { new Environment({ threads: 1 }).dispose() })
})

t.test('nothing is reported to the maker of the library', { skip: process.platform !== 'linux' && 'other systems keep the files elsewhere' }, async (t) => {
  // What its telemetry does first is to write a device id and a queue of events below the home folder.
  t.same(await filesAfterRun(t), [])
})

/** Files that a process leaves in its home folder which runs a graph without the variables by which the library knows a test. */
async function filesAfterRun (t: Test): Promise<string[]> {
  const home = t.testdir()
  await promisify(execFile)(process.execPath, ['--import', 'tsx', RUN_SMALL_GRAPH], { env: { PATH: process.env['PATH'], HOME: home } })
  return readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.name)
}
