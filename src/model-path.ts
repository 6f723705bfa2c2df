import { join, resolve } from 'node:path'
import { PACKAGE_ROOT } from './package.js'

/**
 * Folder that the setting `model` names: a bare name is a folder of this package's models/, wherever the process was started; anything with a separator is a path.
 * Whether there is a model is for `loadManifest` to say.
 */
export function modelPath (model: string): string {
  const isPath = /[\\/]/.test(model) || model === '.' || model === '..'
  return isPath ? resolve(model) : join(PACKAGE_ROOT, 'models', model)
}
