import { isReserved } from '../security/address.ts'
import type { Transport } from './transport.ts'

/**
 * Whether a transport may carry mail to this address: one at a reserved domain (RFC 2606) goes only through what cannot leave the
 * machine. Demonstrations, tests and campaigns all write to such addresses; no provider should ever see one.
 */
export const mayDeliver = (transport: Pick<Transport, 'captive'>, address: string): boolean =>
  transport.captive || !isReserved(address)
