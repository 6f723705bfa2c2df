import { codedError } from '../common/errors.js'
import type { Ticket } from './admission.js'

/**
 * Tells the queue the real cost of a request that was let in on an estimate.
 *
 * @throws queue_full
 */
export function reserveUnits (ticket: Ticket, units: number): void {
  const outcome = ticket.setUnits(units)
  if (!outcome.admitted) throw codedError('queue_full', [outcome.waiting])
}
