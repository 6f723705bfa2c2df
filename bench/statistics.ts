/** The middle of the values; the mean of the two middle ones. */
export function median (values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Linear interpolation between the order statistics. @throws RangeError on no values */
export function quantile (values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * q
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined) throw new RangeError('no values')
  return below + (above - below) * (place - Math.floor(place))
}
