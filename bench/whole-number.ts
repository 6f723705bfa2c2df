/** A number of the command line. @throws TypeError for anything but a whole number above 0 */
export function wholeNumber (text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`expected a whole number above 0, got "${text}"`)
  return value
}
