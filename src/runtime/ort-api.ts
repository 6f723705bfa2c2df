/**
 * The part of ONNX Runtime's C API that the engine uses, called through koffi.
 *
 * The API is one struct of function pointers to which versions only append (onnxruntime_c_api.h, `OrtApi`); an entry here is its index in that struct.
 * Every native pointer is a bigint, 0n is NULL. Nothing outside runtime/ sees one.
 */
import koffi, { type LibraryHandle } from 'koffi'
import { codedError } from '../common/errors.js'

/** A native pointer. */
export type Pointer = bigint

type Argument = Pointer | number | string | NodeJS.TypedArray | null
/** A function of the API; `async` runs it on a thread of libuv's pool. */
export type NativeFunction = ((...args: Argument[]) => unknown) & { async (...args: unknown[]): void }

/** Kinds of arguments and results, one letter each; `o` is ORTCHAR_T, text of a path. */
const KINDS = { p: 'void *', s: 'str', o: process.platform === 'win32' ? 'str16' : 'str', i: 'int', z: 'size_t', v: 'void' } as const

/** name: [index in OrtApi, kinds of the arguments, kind of the result where it is not a status] */
const FUNCTIONS = {
  GetErrorCode: [1, 'p', 'i'],
  GetErrorMessage: [2, 'p', 's'],
  CreateSession: [7, 'popp'],
  CreateSessionFromArray: [8, 'ppzpp'],
  CreateSessionOptions: [10, 'p'],
  AddSessionConfigEntry: [130, 'pss'],
  SetIntraOpNumThreads: [24, 'pi'],
  DisablePerSessionThreads: [120, 'p'],
  AddInitializer: [150, 'psp'],
  CreatePrepackedWeightsContainer: [166, 'p'],
  CreateSessionWithPrepackedWeightsContainer: [168, 'poppp'],
  SessionGetInputCount: [30, 'pp'],
  SessionGetOutputCount: [31, 'pp'],
  SessionGetInputTypeInfo: [33, 'pzp'],
  SessionGetOutputTypeInfo: [34, 'pzp'],
  SessionGetInputName: [36, 'pzpp'],
  SessionGetOutputName: [37, 'pzpp'],
  CastTypeInfoToTensorInfo: [55, 'pp'],
  GetTensorElementType: [60, 'pp'],
  GetDimensionsCount: [61, 'pp'],
  GetDimensions: [62, 'ppz'],
  GetSymbolicDimensions: [63, 'ppz'],
  CreateRunOptions: [39, 'p'],
  RunOptionsSetTerminate: [46, 'p'],
  RunOptionsUnsetTerminate: [47, 'p'],
  CreateMemoryInfo: [68, 'siiip'],
  CreateTensorWithDataAsOrtValue: [49, 'ppzpzip'],
  AllocatorAlloc: [75, 'pzp'],
  AllocatorFree: [76, 'pp'],
  GetAllocatorWithDefaultOptions: [78, 'p'],
  CreateAllocator: [131, 'ppp'],
  CreateIoBinding: [134, 'pp'],
  BindInput: [136, 'psp'],
  BindOutput: [137, 'psp'],
  RunWithBinding: [133, 'ppp'],
  SynchronizeBoundInputs: [202, 'p'],
  CreateEnvWithGlobalThreadPools: [119, 'ispp'],
  CreateThreadingOptions: [121, 'p'],
  SetGlobalIntraOpNumThreads: [147, 'pi'],
  SetGlobalSpinControl: [149, 'pi'],
  SessionOptionsAppendExecutionProvider_CUDA_V2: [204, 'pp'],
  CreateCUDAProviderOptions: [205, 'p'],
  UpdateCUDAProviderOptions: [206, 'pppz'],
  ReleaseEnv: [92, 'p', 'v'],
  ReleaseStatus: [93, 'p', 'v'],
  ReleaseMemoryInfo: [94, 'p', 'v'],
  ReleaseSession: [95, 'p', 'v'],
  ReleaseValue: [96, 'p', 'v'],
  ReleaseRunOptions: [97, 'p', 'v'],
  ReleaseTypeInfo: [98, 'p', 'v'],
  ReleaseSessionOptions: [100, 'p', 'v'],
  ReleaseThreadingOptions: [122, 'p', 'v'],
  ReleaseAllocator: [132, 'p', 'v'],
  ReleaseIoBinding: [135, 'p', 'v'],
  ReleasePrepackedWeightsContainer: [167, 'p', 'v'],
  ReleaseCUDAProviderOptions: [208, 'p', 'v']
} as const satisfies Record<string, readonly [index: number, args: string, result?: string]>

/** Name of a function of the API. */
export type FunctionName = keyof typeof FUNCTIONS
/** Name of a function that releases a native object. */
export type ReleaseName = Extract<FunctionName, `Release${string}`>

/** The API's version that onnxruntime-node 1.30 carries; the struct has at least this many entries there. */
const API_VERSION = 30
const API_ENTRIES = 425
/** koffi runs asynchronous calls on a stack of its own, 128 KiB by default; a MatMul has overflowed 64 KiB. */
const ASYNC_STACK_BYTES = 1024 * 1024

/** `library` is held because koffi unloads a library that nobody holds, and functions decoded from the table's addresses do not hold it: calls would lead into nothing. */
let loaded: { library: LibraryHandle, api: Record<FunctionName, NativeFunction> } | undefined

/**
 * Loads the library; once per process, further calls do nothing.
 *
 * @throws runtime_library_unusable
 */
export function loadOrtLibrary (path: string): void {
  if (loaded !== undefined) return
  // It is read once, when the library starts. Since 1.29 the official builds report sessions, errors and a device id to their maker,
  // and queue what they cannot send: 3 KB of memory for every stopped run (docs/adr/0002). An operator's own value stands.
  process.env['ORT_DISABLE_TELEMETRY'] ??= '1'
  try {
    koffi.config({ async_stack_size: ASYNC_STACK_BYTES })
    const library = koffi.load(path)
    const base = library.func('OrtGetApiBase', 'void *', [])()
    const getApi = koffi.decode(koffi.decode(base, 'void *'), koffi.proto('void *', ['uint32_t']))
    const table = getApi(API_VERSION)
    if (table === null) throw new Error(`it has no API version ${API_VERSION}`)
    const entries: Pointer[] = koffi.decode(table, koffi.array('void *', API_ENTRIES))
    loaded = { library, api: bindFunctions(entries) }
  } catch (cause) {
    throw codedError('runtime_library_unusable', [path, cause instanceof Error ? cause.message : String(cause)], { cause })
  }
}

/** Calls a function that answers a status. @throws runtime_failed, run_terminated, engine_out_of_memory */
export function call (name: FunctionName, ...args: Argument[]): void {
  check(name, nativeFunction(name)(...args))
}

/** Calls a function whose last argument is an out pointer, and answers what it wrote there. */
export function create (name: FunctionName, ...args: Argument[]): Pointer {
  const out = new BigUint64Array(1)
  call(name, ...args, out)
  return out[0] ?? 0n
}

/** Calls a function that answers nothing. */
export function release (name: ReleaseName, pointer: Pointer): void {
  nativeFunction(name)(pointer)
}

/** Arguments of the calls under way: the buffers among them must not be collected. */
const underWay = new Set<Argument[]>()

/** Calls on a thread of libuv's pool; the event loop goes on. */
export function callAsync (name: FunctionName, ...args: Argument[]): Promise<void> {
  return new Promise((resolve, reject) => {
    underWay.add(args)
    nativeFunction(name).async(...args, (error: unknown, status: unknown) => {
      underWay.delete(args)
      try {
        if (error instanceof Error) throw error
        check(name, status)
        resolve()
      } catch (failure) {
        reject(failure)
      }
    })
  })
}

/** Text at a native address that ends with NUL. */
export function readText (pointer: Pointer): string {
  return koffi.decode(pointer, 'char', -1) as string
}

/** Address of a buffer's first byte. It is good as long as somebody holds the buffer. */
export function addressOf (view: NodeJS.TypedArray): Pointer {
  return koffi.address(view)
}

function nativeFunction (name: FunctionName): NativeFunction {
  if (loaded === undefined) throw codedError('runtime_misused', [`${name} was called before the library was loaded`])
  return loaded.api[name]
}

function bindFunctions (entries: readonly Pointer[]): Record<FunctionName, NativeFunction> {
  const bound = Object.entries(FUNCTIONS).map(([name, [index, args, result = 'p']]: [string, readonly [number, string, string?]]) => {
    const types = [...args].map((letter) => KINDS[letter as keyof typeof KINDS])
    return [name, koffi.decode(entries[index], koffi.proto(KINDS[result as keyof typeof KINDS], types))]
  })
  return Object.fromEntries(bound) as Record<FunctionName, NativeFunction>
}

/** Turns a status into a coded error. The messages are ONNX Runtime's own; two of them have codes of their own. */
function check (name: FunctionName, status: unknown): void {
  if (typeof status !== 'bigint') return
  const code = nativeFunction('GetErrorCode')(status) as number
  const message = nativeFunction('GetErrorMessage')(status) as string
  release('ReleaseStatus', status)
  if (/terminate flag/.test(message)) throw codedError('run_terminated', [])
  if (/bad_alloc|[Ff]ailed to allocate memory|CUDA out of memory/.test(message)) throw codedError('engine_out_of_memory', [], { cause: new Error(message) })
  throw codedError('runtime_failed', [name, code, message])
}
