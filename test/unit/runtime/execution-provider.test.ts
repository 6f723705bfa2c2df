import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { chooseProvider } from '../../../src/runtime/execution-provider.js'
import { ortLibraryPath } from '../../../src/runtime/library.js'
import { loadOrtLibrary } from '../../../src/runtime/ort-api.js'
import { environment } from '../../support/small-graphs.js'

const hasCuda = existsSync(join(dirname(ortLibraryPath()), 'libonnxruntime_providers_cuda.so'))
const skip = hasCuda ? 'the CUDA provider is installed here' : false

t.test('the CPU is taken when it is asked for, without looking further', async (t) => {
  t.same(await chooseProvider('cpu', environment), { provider: 'cpu' })
})

t.test('auto falls back to the CPU and says why', { skip }, async (t) => {
  const { provider, fallbackReason = '' } = await chooseProvider('auto', environment)
  t.equal(provider, 'cpu')
  t.match(fallbackReason, /^Failed to load library .*libonnxruntime_providers_shared/)
})

t.test('CUDA that is asked for and missing is an error with the reason and what to do', { skip }, async (t) => {
  await t.rejects(chooseProvider('cuda', environment), { code: 'cuda_unavailable', message: /Failed to load library .* doctor/ })
})

t.test('the library is loaded once a process', (t) => {
  loadOrtLibrary('/nowhere/libonnxruntime.so')
  t.end()
})
