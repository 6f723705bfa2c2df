/**
 * The engine process over the toy model: everything of the real one but the model.
 *
 * Pictures and texts with these seeds misbehave, for tests of what a process does when it must not: see `MISCHIEF`.
 */
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { codedError } from '../../src/common/errors.js'
import { parentChannel } from '../../src/engine/child-channel.js'
import { serveChannel } from '../../src/engine/serve-channel.js'
import { MISCHIEF } from './mischief.js'
import { ToyExecutor } from './toy-executor.js'
import { TOY_MANIFEST } from './toy-manifest.js'
import { TOY_SPELLING } from './toy-tokenizer.js'

serveChannel(parentChannel(), async ({ modelFolder, promptSlots, decodeSlots }) => {
  if (basename(modelFolder) === MISCHIEF.missingFolder) throw codedError('model_folder_missing', [modelFolder])
  if (basename(modelFolder) === MISCHIEF.crashingFolder) process.kill(process.pid, 'SIGKILL')
  if (basename(modelFolder) === MISCHIEF.fickleFolder && existsSync(join(modelFolder, 'broken'))) throw codedError('model_file_missing', ['broken'])
  while (basename(modelFolder) === MISCHIEF.waitingFolder && !existsSync(join(modelFolder, 'go'))) await wait(5)
  const executor = new ToyExecutor({
    promptSlots,
    decodeSlots,
    onPlan: async (plan, signal) => {
      if (plan.phase !== 'unmask' && plan.phase !== 'decode') return
      const isPresent = (mark: number): boolean => plan.rows.some((row) => (plan.phase === 'unmask' ? 'guidance' in row && row.guidance?.scale : 'sampling' in row && row.sampling.topP) === mark)
      if (isPresent(MISCHIEF.killer)) process.kill(process.pid, 'SIGKILL')
      while (isPresent(MISCHIEF.endless) && signal?.aborted !== true) await wait(1)
      if (isPresent(MISCHIEF.slow)) await wait(25)
    }
  })
  return { executor, manifest: TOY_MANIFEST, spelling: TOY_SPELLING, model: { name: 'toy', precision: 'fp32', executionProvider: 'cpu' } }
}, (code) => { process.exit(code) })
