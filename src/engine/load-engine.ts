import { loadManifest, modelFile, verifyFiles } from '../artifacts/load-manifest.js'
import { modelDigest } from '../artifacts/model-digest.js'
import { readTokenizerFile, spellingOf } from '../artifacts/spelling.js'
import { loadModel } from '../runtime/runtime.js'
import { createOrtExecutor } from './ort-executor.js'
import { codedError } from '../common/errors.js'
import type { EngineSettings, LogRecord } from './protocol.js'
import type { LoadedEngine } from './serve-channel.js'

/**
 * Loads a model folder: every file is compared with the manifest before native code sees it.
 *
 * @throws CodedError model_folder_missing, model_folder_replaced, manifest_invalid, model_file_missing, model_file_changed, tokenizer_invalid, model_graph_invalid, model_weights_invalid, cuda_unavailable, runtime_library_unusable, engine_out_of_memory
 */
export async function loadEngine (settings: EngineSettings, log: (record: LogRecord) => void): Promise<LoadedEngine> {
  const startedAt = performance.now()
  const folder = await loadManifest(settings.modelFolder)
  const { manifest } = folder
  if (settings.modelDigest !== undefined && modelDigest(manifest) !== settings.modelDigest) throw codedError('model_folder_replaced', [folder.path])
  await verifyFiles(folder)
  const spelling = spellingOf(await readTokenizerFile(modelFile(folder, 'tokenizer.json')))
  const verifiedAt = performance.now()
  const model = await loadModel(folder, { provider: settings.executionProvider, threads: settings.threads })
  const { provider, fallbackReason, onCpu } = model
  if (fallbackReason !== undefined) log({ level: 'info', fields: { reason: fallbackReason }, message: 'CUDA cannot be used; the model runs on the CPU' })
  if (onCpu.length > 0) log({ level: 'warn', fields: { graphs: onCpu.join(', ') }, message: 'these graphs have no CUDA kernels in the model\'s precision and run on the CPU' })
  const executor = await createOrtExecutor({ model, manifest, settings })
  log({ level: 'debug', fields: { verifyMs: Math.round(verifiedAt - startedAt), loadMs: Math.round(performance.now() - verifiedAt) }, message: 'the model is loaded' })
  return { executor, manifest, spelling, model: { name: manifest.name, precision: manifest.precision, executionProvider: provider, ...(fallbackReason === undefined ? {} : { fallbackReason }) } }
}
