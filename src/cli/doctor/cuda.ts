import type { Config } from '../../config.js'
import type { Finding } from './finding.js'

/** What was found out about CUDA on this machine. */
export interface CudaFacts {
  requested: Config['executionProvider']
  /** `linux/x64` */
  platform: string
  /** Name of the provider's library, and whether it lies beside ONNX Runtime's. */
  provider: { file: string, isPresent: boolean }
  /** First line of the NVIDIA driver's own version; undefined where none is loaded. */
  driver: string | undefined
  /** Why a graph of one operator did not run on CUDA; `works`, or `not-tried` without the provider's library. */
  trial: 'works' | 'not-tried' | { problem: string }
  /** Path of onnxruntime-node's install script. */
  installScript: string
}

/** The one platform for which onnxruntime-node's install script has CUDA. */
const CUDA_PLATFORM = 'linux/x64'
const NOT_TRIED = 'these steps follow onnxruntime-node\'s own install script and documentation; this version has not been tried on a GPU'
const LIBRARIES = 'it needs the runtime libraries of the CUDA that it was built with (ldd of it names them: cudart, cuBLAS, cuRAND) and cuDNN 9 where the system\'s loader finds them (ldconfig, or LD_LIBRARY_PATH)'

/** Whether CUDA would run the model, why not, and what can be done. */
export function cudaFinding (facts: CudaFacts): Finding {
  const { requested, trial } = facts
  const subject = 'CUDA'
  if (trial === 'works') {
    if (requested === 'cpu') return { subject, state: 'note', detail: 'a trial graph ran on the GPU, but UNIF2ACE_EXECUTION_PROVIDER is cpu' }
    return { subject, state: 'ok', detail: 'a trial graph of one operator ran on the GPU; `unif2ace verify --execution-provider cuda` tries the model itself' }
  }
  if (requested === 'cpu') return { subject, state: 'ok', detail: 'not asked for' }
  const consequence = requested === 'cuda' ? 'UNIF2ACE_EXECUTION_PROVIDER is cuda, so the server would not start' : 'the server would run on the CPU'
  return { subject, state: requested === 'cuda' ? 'problem' : 'note', detail: `cannot be used: ${reasonOf(facts)}; ${consequence}`, advice: adviceFor(facts) }
}

function reasonOf ({ provider, trial }: CudaFacts): string {
  if (typeof trial === 'object') return trial.problem
  return provider.isPresent ? 'it was not tried' : `${provider.file} is not beside ONNX Runtime (the default install leaves it out)`
}

function adviceFor ({ platform, provider, driver, installScript, requested }: CudaFacts): string[] {
  const orCpu = requested === 'cuda' ? ['or set UNIF2ACE_EXECUTION_PROVIDER to auto or cpu'] : []
  if (platform !== CUDA_PLATFORM && !provider.isPresent) return [`onnxruntime-node brings CUDA for ${CUDA_PLATFORM} only, and this is ${platform}`, ...orCpu]
  if (driver === undefined) return ['no NVIDIA driver is loaded here: on a machine without an NVIDIA GPU there is nothing to install, in a container the GPU must be passed in (--gpus all)', ...orCpu]
  const steps = provider.isPresent
    ? [LIBRARIES]
    : [`get the provider (from nuget.org): ONNXRUNTIME_NODE_INSTALL=true node ${installScript}`, LIBRARIES]
  return [`the driver is there: ${driver}`, ...steps, 'then run `unif2ace doctor` again: it runs a trial graph', NOT_TRIED, ...orCpu]
}
