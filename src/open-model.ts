import { realpath } from 'node:fs/promises'
import { loadManifest, modelFile } from './artifacts/load-manifest.js'
import type { Config } from './config.js'
import { ForkedEngine } from './engine/client.js'
import type { SpawnEngine } from './engine/process.js'
import { engineSettings } from './engine/settings.js'
import { modelPath } from './model-path.js'
import { describeModel, type FaceModel } from './tasks/face-model.js'
import { loadTokenizer } from './text/tokenizer.js'

/** A model whose engine has been started; it may still be loading. */
export interface OpenModel {
  model: FaceModel
  engine: ForkedEngine
}

export interface OpenOptions extends Pick<Config, 'executionProvider' | 'threads' | 'logLevel'> {
  /** Percent of the engine's time for pictures while texts wait too; the engine's own where absent. */
  generateShare?: number
  /** Starts the engine; that of this package where absent. */
  spawn?: SpawnEngine | undefined
}

/**
 * Reads a model folder and starts an engine on it.
 *
 * @param setting a folder of models/, or a path. A link is followed once: the engine goes on with that folder when the link is turned.
 * @throws CodedError model_folder_missing, manifest_invalid, model_file_missing, model_file_changed, tokenizer_invalid
 */
export async function openModel (setting: string, { executionProvider, threads, logLevel, generateShare, spawn }: OpenOptions): Promise<OpenModel> {
  const path = modelPath(setting)
  const folder = await loadManifest(await realpath(path).catch(() => path))
  const model = describeModel(folder.manifest, await loadTokenizer(modelFile(folder, 'tokenizer.json')))
  const share = generateShare === undefined ? {} : { generateShare: generateShare / 100 }
  const settings = engineSettings({ modelFolder: folder.path, executionProvider, threads, logLevel, ...share })
  return { model, engine: new ForkedEngine({ settings, ...(spawn === undefined ? {} : { spawn }) }) }
}
