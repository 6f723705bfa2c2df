/** `src/main.ts` with the toy worker in the place of the engine, for tests of the process and its signals. */
import { EXIT } from '../../src/cli/exit-codes.js'
import { describeFailure } from '../../src/cli/failure.js'
import { readProcessConfig } from '../../src/config.js'
import { serve } from '../../src/serve.js'
import { spawnToy } from './forked-toy.js'

try {
  const end = await serve(readProcessConfig(), { signals: process, spawn: spawnToy })
  process.exit(end === 'drained' ? EXIT.ok : EXIT.failed)
} catch (error) {
  const { line, code } = describeFailure(error)
  process.stderr.write(`${line}\n`)
  process.exit(code)
}
