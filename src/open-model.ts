import { realpath } from 'node:fs/promises'
import { loadManifest, modelFile } from './artifacts/load-manifest.js'
import type { Config } from './config.js'
import { ForkedEngine } from './engine/client.js'
import type { SpawnEngine } from './engine/process.js'
import { engineSettings } from './engine/settings.js'
import { modelPath } from './model-path.js'
import { describeModel, type FaceModel } from './tasks/face-model.js'
import { loadTokenizer } from './text/tokenizer.js'

/** A model folder as this process has read it: all but the weights. */
export interface ReadModel {
  /** Where it really is. */
  path: string
  model: FaceModel
}

export interface EngineOptions extends Pick<Config, 'executionProvider' | 'threads' | 'logLevel'> {
  /** Percent of the engine's time for pictures while texts wait too; the engine's own where absent. */
  generateShare?: number
  /** Most bytes for pictures that were read; the engine's own where absent. */
  pictureCacheBytes?: number
  /** Starts the engine; that of this package where absent. */
  spawn?: SpawnEngine | undefined
}

/**
 * Reads a model folder.
 *
 * @param setting a folder of models/, or a path. A link is followed now: an engine that is started again loads this folder, wherever the link leads by then.
 * @throws CodedError model_folder_missing, manifest_invalid, model_file_missing, model_file_changed, tokenizer_invalid
 */
export async function readModel (setting: string): Promise<ReadModel> {
  const named = modelPath(setting)
  const folder = await loadManifest(await realpath(named).catch(() => named))
  return { path: folder.path, model: describeModel(folder.manifest, await loadTokenizer(modelFile(folder, 'tokenizer.json'))) }
}

/** Starts an engine on a model. It loads that model and no other, though the folder may change. */
export function startEngine ({ path, model }: ReadModel, { executionProvider, threads, logLevel, generateShare, pictureCacheBytes, spawn }: EngineOptions): ForkedEngine {
  const share = generateShare === undefined ? {} : { generateShare: generateShare / 100 }
  const cache = pictureCacheBytes === undefined ? {} : { pictureCacheBytes }
  const settings = engineSettings({ modelFolder: path, modelDigest: model.digest, executionProvider, threads, logLevel, ...share, ...cache })
  return new ForkedEngine({ settings, ...(spawn === undefined ? {} : { spawn }) })
}
