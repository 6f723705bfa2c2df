import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { codedError } from '../common/errors.js'

const FILE_NAMES: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'libonnxruntime.so.1',
  darwin: 'libonnxruntime.1.dylib',
  win32: 'onnxruntime.dll'
}

/**
 * Path of the ONNX Runtime library that the onnxruntime-node package brings for this machine.
 *
 * Providers are looked for in the same folder: that is where the CUDA image puts them (docs/cuda.md).
 *
 * @throws runtime_library_unusable
 */
export function ortLibraryPath (): string {
  const binding = createRequire(import.meta.url).resolve('onnxruntime-node')
  const folder = join(dirname(dirname(binding)), 'bin', 'napi-v6', process.platform, process.arch)
  const path = join(folder, FILE_NAMES[process.platform] ?? 'libonnxruntime.so.1')
  if (!existsSync(path)) throw codedError('runtime_library_unusable', [path, `onnxruntime-node brings no library for ${process.platform} on ${process.arch}`])
  return path
}
