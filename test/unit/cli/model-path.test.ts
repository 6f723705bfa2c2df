import { join, resolve } from 'node:path'
import t from 'tap'
import { modelPath } from '../../../src/model-path.js'
import { PACKAGE_ROOT } from '../../../src/package.js'

t.test('a bare name is a folder of the package\'s models/, wherever the process was started', async (t) => {
  t.equal(modelPath('unif2ace-small'), join(PACKAGE_ROOT, 'models', 'unif2ace-small'))
  t.equal(modelPath('model.v2'), join(PACKAGE_ROOT, 'models', 'model.v2'))
})

t.test('anything with a separator is a path', async (t) => {
  for (const path of ['/srv/model', './model', '../model', 'exports/model', '.', '..']) t.equal(modelPath(path), resolve(path))
})
