import { isReserved } from '../security/address.ts'
import type { Transport } from './transport.ts'

/**
 * Whether a transport may send to this address. Addresses at reserved domains (RFC 2606) are only for captive transports:
 * demonstrations, tests and campaigns use them, and no provider should receive them.
 */
export const mayDeliver = (transport: Pick<Transport, 'captive'>, address: string): boolean =>
  transport.captive || !isReserved(address)
