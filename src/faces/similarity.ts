/** A map of the plane: x′ = a x + b y + c, y′ = d x + e y + f. */
export type AffineMatrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/**
 * The similarity that brings points nearest to others, by least squares: Umeyama's (IEEE TPAMI 13(4), 1991), which scikit-image's SimilarityTransform
 * estimates. In the plane it has a closed form without a singular value decomposition.
 *
 * Twin: `similarity` in training's `encoders/face_alignment.py`.
 *
 * @param source x and y of each point
 * @param target as many
 * @returns undefined where the source has no extent
 */
export function similarity (source: readonly number[], target: readonly number[]): AffineMatrix | undefined {
  const [from, to] = [middleOf(source), middleOf(target)]
  let [extent, along, across] = [0, 0, 0]
  for (let index = 0; index < source.length; index += 2) {
    const [x, y] = [(source[index] ?? 0) - from.x, (source[index + 1] ?? 0) - from.y]
    const [u, v] = [(target[index] ?? 0) - to.x, (target[index + 1] ?? 0) - to.y]
    extent += x * x + y * y
    along += u * x + v * y
    across += v * x - u * y
  }
  if (extent === 0 || (along === 0 && across === 0)) return undefined
  const [cos, sin] = [along / extent, across / extent]
  return [cos, -sin, to.x - (cos * from.x - sin * from.y), sin, cos, to.y - (sin * from.x + cos * from.y)]
}

function middleOf (points: readonly number[]): { x: number, y: number } {
  const mean = (axis: number): number => points.reduce((sum, value, index) => index % 2 === axis ? sum + value : sum, 0) / (points.length / 2)
  return { x: mean(0), y: mean(1) }
}
