import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { cudaFinding, type CudaFacts } from '../../../src/cli/doctor/cuda.js'
import { examine, findingLines } from '../../../src/cli/doctor/finding.js'
import { examineKeys, examineModels, examineNode, examinePictures, examinePort } from '../../../src/cli/doctor/installation.js'
import { examineRuntime } from '../../../src/cli/doctor/runtime.js'
import { commandLine } from '../../support/command-line.js'
import { toyFolder } from '../../support/toy-folder.js'

const FACTS: CudaFacts = { requested: 'auto', platform: 'linux/x64', provider: { file: 'libonnxruntime_providers_cuda.so', isPresent: false }, driver: undefined, trial: 'not-tried', installScript: '/package/script/install.js' }
const DRIVER = 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.1'
const cuda = (changes: Partial<CudaFacts>) => {
  const { state, detail, advice = [] } = cudaFinding({ ...FACTS, ...changes })
  return { state, detail, advice: advice.join('\n') }
}

t.test('without a GPU there is nothing to install, and it is a problem only where CUDA was asked for', async (t) => {
  const auto = cuda({})
  t.match(auto, { state: 'note', detail: /cannot be used: libonnxruntime_providers_cuda\.so is not beside.*would run on the CPU/, advice: /no NVIDIA driver.*nothing to install/ })
  t.notMatch(auto.advice, /install\.js/)
  t.match(cuda({ requested: 'cuda' }), { state: 'problem', detail: /would not start/, advice: /auto or cpu/ })
  t.match(cuda({ requested: 'cpu' }), { state: 'ok', detail: 'not asked for', advice: '' })
})

t.test('with a GPU it says how to get the provider and what it needs, and that this was not tried', async (t) => {
  const { advice } = cuda({ driver: DRIVER })
  for (const part of [/570\.1/, /ONNXRUNTIME_NODE_INSTALL=true node \/package\/script\/install\.js/, /CUDA that it was built with.*cuDNN 9/, /doctor` again/, /not been tried on a GPU/]) t.match(advice, part)
})

t.test('a provider that does not load gives ONNX Runtime\'s own reason', async (t) => {
  const finding = cuda({ driver: DRIVER, provider: { ...FACTS.provider, isPresent: true }, trial: { problem: 'libcublasLt.so.12: cannot open shared object file' } })
  t.match(finding, { state: 'note', detail: /libcublasLt\.so\.12/, advice: /ldconfig/ })
  t.notMatch(finding.advice, /install\.js/, 'the provider is there already')
})

t.test('that CUDA works is said only of what ran on it', async (t) => {
  t.match(cuda({ driver: DRIVER, provider: { ...FACTS.provider, isPresent: true }, trial: 'works' }), { state: 'ok', detail: /a trial graph of one operator ran on the GPU/ })
  t.match(cuda({ requested: 'cpu', trial: 'works' }), { state: 'note', detail: /is cpu/ })
})

t.test('where the package has no CUDA it says so', async (t) => {
  t.match(cuda({ platform: 'darwin/arm64', driver: DRIVER }).advice, /linux\/x64 only, and this is darwin\/arm64/)
})

t.test('ONNX Runtime is really loaded, and pictures really pass through sharp', async (t) => {
  const [library, provider] = await examineRuntime({ executionProvider: 'cpu' })
  t.match([library, provider], [{ subject: 'ONNX Runtime', state: 'ok', detail: /^\d+\.\d+\.\d+, loaded from .*onnxruntime.*CPU/ }, { subject: 'CUDA', state: 'ok' }])
  t.match(await examinePictures(), { state: 'ok', detail: /libvips/ })
})

t.test('Node.js is compared with what the package asks for', async (t) => {
  for (const version of ['20.19.0', '20.20.1', '22.0.0']) t.match(await examineNode(version), { state: 'ok' }, version)
  for (const version of ['18.20.0', '20.18.9', '20.9.0']) t.match(await examineNode(version), { state: 'problem', detail: /20\.19 or later/ }, version)
})

t.test('a model, keys and an address are examined by using them', async (t) => {
  t.match(await examineModels({ model: toyFolder(t), moreModels: [] }), [{ state: 'ok', detail: /toy, fp32, 9\.0 million parameters/ }])
  t.match(await examineModels({ model: './nowhere', moreModels: [] }), [{ state: 'problem', detail: /no model at/ }])
  const folder = toyFolder(t)
  t.match(await examineModels({ model: folder, moreModels: [folder] }), [{ state: 'ok' }, { state: 'problem', detail: /two of the model folders hold a model named toy/i }])
  t.match(await examineKeys({ apiKeysFile: '/nowhere/keys', host: '::1' }), { state: 'problem', detail: /nowhere/ })
  t.match(await examineKeys({ apiKeysFile: '', host: '127.0.0.1' }), { state: 'ok' })
  t.match(await examineKeys({ apiKeysFile: '', host: '0.0.0.0' }), { state: 'note', advice: [/API_KEYS_FILE/] })
  const taken = createServer().listen(0, '127.0.0.1')
  t.teardown(() => taken.close())
  await new Promise((resolve) => { taken.once('listening', resolve) })
  t.match(await examinePort({ host: '127.0.0.1', port: (taken.address() as AddressInfo).port }), { state: 'problem', detail: /EADDRINUSE/ })
  t.match(await examinePort({ host: '127.0.0.1', port: 0 }), { state: 'ok' })
})

t.test('an examination that fails is a problem with its reason, and a report is lines', async (t) => {
  const finding = await examine('thing', async () => { throw new Error('it is broken') })
  t.same(finding, { subject: 'thing', state: 'problem', detail: 'it is broken' })
  t.equal(findingLines({ ...finding, advice: ['mend it'] }), 'PROBLEM  thing            it is broken\n                          → mend it\n')
})

t.test('the command ends with 0 when the server could start, else with 1 and what is in the way', async (t) => {
  const sound = await commandLine(['doctor', '--model', toyFolder(t), '--port', '0'])
  t.match(sound, { code: 0, told: ['the server can start'] })
  for (const subject of ['Node.js', 'ONNX Runtime', 'CUDA', 'pictures', 'model', 'API keys', 'address']) t.match(sound.answer, subject)
  t.match(await commandLine(['doctor', '--model', './nowhere', '--port', '0']), { code: 1, told: [/cannot start as it is set: model/] })
})
