import type { GraphName, Manifest } from '../artifacts/manifest.js'
import type { ExecutionProvider } from './session.js'

/**
 * Graphs that run on the CPU though the model runs on CUDA.
 *
 * GroupQueryAttention on CUDA takes float16 and bfloat16 only: with float32 caches the graph that reads and writes text stays on the CPU, and with it the one that draws its tokens.
 * Without this ONNX Runtime would put the operator on the CPU by itself and carry the whole cache across at every token (docs/cuda.md).
 */
export function graphsOnCpu (provider: ExecutionProvider, { graphs }: Pick<Manifest, 'graphs'>): GraphName[] {
  if (provider === 'cpu') return []
  const hasFloat32Caches = graphs.language.inputs.some(({ name, dtype }) => name.startsWith('past_key_') && dtype === 'float32')
  return hasFloat32Caches ? ['language', 'sample_text', 'pick_text'] : []
}
