import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { loadManifest } from '../../src/artifacts/load-manifest.js'
import type { Manifest } from '../../src/artifacts/manifest.js'
import { createOrtExecutor, type OrtExecutor, type OrtExecutorOptions } from '../../src/engine/ort-executor.js'
import { engineSettings } from '../../src/engine/settings.js'
import { loadModel, type RuntimeModel } from '../../src/runtime/runtime.js'

/** The debug preset's graphs with random weights, written by `training/` and checked in. */
export type DebugPrecision = 'fp32' | 'int8'

export const DEBUG_PRECISIONS: readonly DebugPrecision[] = ['fp32', 'int8']

/** Path of the folder of a precision. */
export function debugFolder (precision: DebugPrecision = 'fp32'): string {
  const name = precision === 'fp32' ? 'debug' : 'debug-int8'
  return fileURLToPath(new URL(`../fixtures/models/${name}`, import.meta.url))
}

/** All sessions of the debug model, without caches. */
export async function loadDebugModel (precision: DebugPrecision = 'fp32'): Promise<{ model: RuntimeModel, manifest: Manifest }> {
  const folder = await loadManifest(debugFolder(precision))
  return { model: await loadModel(folder, { provider: 'cpu', threads: 2 }), manifest: folder.manifest }
}

export interface DebugExecutor { executor: OrtExecutor, model: RuntimeModel, manifest: Manifest }

/** The real executor over the debug model, disposed with its test. */
export async function createDebugExecutor (t: Test, precision: DebugPrecision = 'fp32', { settings, caches }: Partial<OrtExecutorOptions> = {}): Promise<DebugExecutor> {
  const { model, manifest } = await loadDebugModel(precision)
  const defaults = engineSettings({ modelFolder: '', executionProvider: 'cpu', logLevel: 'error' })
  const executor = await createOrtExecutor({ model, manifest, settings: settings ?? defaults, ...(caches === undefined ? {} : { caches }) })
  t.teardown(() => { executor.dispose() })
  return { executor, model, manifest }
}
