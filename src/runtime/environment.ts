import { Handle } from './handle.js'
import { ortLibraryPath } from './library.js'
import { call, create, loadOrtLibrary, type Pointer, release } from './ort-api.js'

export interface EnvironmentOptions {
  /** Threads of all operators together; 0 for one a core. */
  threads: number
  /** Path of libonnxruntime; that of onnxruntime-node where absent. */
  library?: string
}

/** ONNX Runtime logs errors and worse; what it returns as a status is not logged twice by us. */
const LOG_SEVERITY_ERROR = 3

/**
 * ONNX Runtime itself, with the one thread pool that all sessions share. One per process.
 *
 * Spinning is off: on a busy machine it cost two to three times the time and twice the processor (docs/adr/0002).
 */
export class Environment extends Handle {
  constructor ({ threads, library = ortLibraryPath() }: EnvironmentOptions) {
    loadOrtLibrary(library)
    super(createEnvironment(threads), 'ReleaseEnv')
  }
}

function createEnvironment (threads: number): Pointer {
  const options = create('CreateThreadingOptions')
  try {
    call('SetGlobalIntraOpNumThreads', options, threads)
    call('SetGlobalSpinControl', options, 0)
    return create('CreateEnvWithGlobalThreadPools', LOG_SEVERITY_ERROR, 'unif2ace', options)
  } finally {
    release('ReleaseThreadingOptions', options)
  }
}
