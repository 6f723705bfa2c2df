import { codedError } from '../../common/errors.js'
import type { ServedModel } from '../../tasks/served-model.js'
import type { ServedModels } from '../../tasks/served-models.js'

/**
 * The model that a version means: versions of the Open Inference Protocol are the names of the models that are served.
 *
 * @param version the first model where absent
 * @throws model_not_found
 */
export function servedVersion (models: ServedModels, version: string | undefined): ServedModel {
  if (version === undefined) return models.first
  if (!models.names.includes(version)) throw codedError('model_not_found', [`of version ${version}`, `the versions ${models.names.join(', ')}`])
  return models.get(version)
}
