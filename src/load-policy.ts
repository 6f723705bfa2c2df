import { join, resolve } from 'node:path'
import { PACKAGE_ROOT } from './package.js'
import type { Policy } from './policy/policy.js'
import { readPolicy } from './policy/read-policy.js'

/** The policy that this package brings. */
const DEFAULT_POLICY = join(PACKAGE_ROOT, 'policy', 'default.yaml')

/**
 * The policy that the setting `policyFile` names; the default one where it is empty.
 *
 * @throws policy_invalid
 */
export async function loadPolicy (policyFile: string): Promise<Policy> {
  return await readPolicy(policyFile === '' ? DEFAULT_POLICY : resolve(policyFile), DEFAULT_POLICY)
}
