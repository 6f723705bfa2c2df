import { Environment } from '../../src/runtime/environment.js'
import { type GraphNode, type GraphParts, writeOnnx } from '../../src/runtime/onnx-writer.js'

/** Graphs of a few operators, for tests of what runs them. */

const FLOAT = 1
const WIDTH = 4

/** y = x + x, of [B, 4]. */
export const DOUBLE: GraphParts = {
  inputs: [{ name: 'x', elementType: FLOAT, dims: ['B', WIDTH] }],
  outputs: [{ name: 'y', elementType: FLOAT, dims: ['B', WIDTH] }],
  nodes: [{ operator: 'Add', inputs: ['x', 'x'], outputs: ['y'] }]
}

/** z = x + y, of [B, 4] each. */
export const SUM: GraphParts = {
  inputs: ['x', 'y'].map((name) => ({ name, elementType: FLOAT, dims: ['B', WIDTH] })),
  outputs: [{ name: 'z', elementType: FLOAT, dims: ['B', WIDTH] }],
  nodes: [{ operator: 'Add', inputs: ['x', 'y'], outputs: ['z'] }]
}

/** A product of x [256, 256] with itself, `length` times over: some milliseconds each. */
export function longGraph (length: number): GraphParts {
  const nodes: GraphNode[] = Array.from({ length }, (_, index) => ({ operator: 'MatMul', inputs: [index === 0 ? 'x' : `x${index}`, 'x'], outputs: [index === length - 1 ? 'y' : `x${index + 1}`] }))
  const tensor = (name: string) => ({ name, elementType: FLOAT, dims: [256, 256] })
  return { inputs: [tensor('x')], outputs: [tensor('y')], nodes }
}

/** y = x W with W [width, width] from another file. */
export function weightGraph (width: number, place: { location: string, offset: number }): GraphParts {
  return {
    inputs: [{ name: 'x', elementType: FLOAT, dims: [1, width] }],
    outputs: [{ name: 'y', elementType: FLOAT, dims: [1, width] }],
    nodes: [{ operator: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    constants: [{ name: 'w', elementType: FLOAT, dims: [width, width], bytes: { ...place, length: 4 * width * width } }]
  }
}

/** The bytes of a model. */
export const modelOf = writeOnnx

/** ONNX Runtime for this test file; there is one thread pool a process. */
export const environment = new Environment({ threads: 2 })
