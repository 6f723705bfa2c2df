import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Has JavaScript give back what nobody holds, so that the process' memory is what is in use. */
export function collectGarbage (): void {
  gc()
}
