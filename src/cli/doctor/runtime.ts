import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type { Config } from '../../config.js'
import { Environment } from '../../runtime/environment.js'
import { findCudaProblem } from '../../runtime/execution-provider.js'
import { ortLibraryPath } from '../../runtime/library.js'
import { cudaFinding, type CudaFacts } from './cuda.js'
import { examine, type Finding } from './finding.js'

const DRIVER_VERSION_FILE = '/proc/driver/nvidia/version'
const PROVIDER_FILES: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: 'libonnxruntime_providers_cuda.so', win32: 'onnxruntime_providers_cuda.dll' }

/** ONNX Runtime's library by loading it, and the execution providers by what lies beside it and by trying. */
export async function examineRuntime ({ executionProvider }: Pick<Config, 'executionProvider'>): Promise<Finding[]> {
  let environment: Environment | undefined
  const library = await examine('ONNX Runtime', async () => {
    environment = new Environment({ threads: 1 })
    const path = ortLibraryPath()
    return { state: 'ok', detail: `${packageVersion()}, loaded from ${path}; providers: CPU (built in)${providersBeside(path)}` }
  })
  if (environment === undefined) return [library]
  try {
    return [library, await examine('CUDA', async () => await examineCuda(executionProvider, environment))]
  } finally {
    environment.dispose()
  }
}

async function examineCuda (requested: Config['executionProvider'], environment: Environment | undefined): Promise<Finding> {
  const folder = dirname(ortLibraryPath())
  const file = PROVIDER_FILES[process.platform] ?? 'libonnxruntime_providers_cuda'
  const isPresent = existsSync(join(folder, file))
  return cudaFinding({
    requested,
    platform: `${process.platform}/${process.arch}`,
    provider: { file, isPresent },
    driver: existsSync(DRIVER_VERSION_FILE) ? readFileSync(DRIVER_VERSION_FILE, 'utf8').split('\n', 1)[0] : undefined,
    trial: isPresent && environment !== undefined ? await trial(environment) : 'not-tried',
    installScript: join(dirname(packageFile()), 'script', 'install.js')
  })
}

async function trial (environment: Environment): Promise<CudaFacts['trial']> {
  const problem = await findCudaProblem(environment)
  return problem === undefined ? 'works' : { problem }
}

/** Libraries of further providers, by their names. */
function providersBeside (library: string): string {
  const found = readdirSync(dirname(library)).flatMap((file) => /onnxruntime_providers_(?!shared)(\w+)\./.exec(basename(file))?.[1] ?? [])
  return found.map((name) => `, ${name}`).join('')
}

function packageFile (): string {
  return createRequire(import.meta.url).resolve('onnxruntime-node/package.json')
}

function packageVersion (): string {
  const content: { version?: string } = JSON.parse(readFileSync(packageFile(), 'utf8'))
  return content.version ?? 'of an unknown version'
}
