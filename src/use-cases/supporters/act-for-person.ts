import type { Result } from '../../kit/result.ts'
import type { AddressFault } from '../../security/address.ts'
import { eraseByAddress, findByAddress, suppressByAddress } from '../../supporters/own-data/admin-requests.ts'
import type { PersonalData } from '../../supporters/own-data/personal-data.ts'
import type { ErasureProgress, SupporterDeps } from '../../supporters/supporter-deps.ts'
import type { Actor } from '../actor.ts'
import type { RequestChannel } from './request-channel.ts'

/** `reason`: how the person asked. Only a suppression uses it yet; a journal can record it for every use case. */
type PersonInput = { actor: Actor; email: string; reason: RequestChannel }

/** Everything stored about a person, on their request; an error if `email` is not an address. */
export const lookUpPerson = (
  deps: SupporterDeps,
  { email }: PersonInput,
): Promise<Result<PersonalData, AddressFault>> => findByAddress(deps, email)

/** Deletes everything stored about a person, on their request. The fingerprint stays suppressed. */
export const erasePerson = (
  deps: SupporterDeps,
  { email }: PersonInput,
): Promise<Result<ErasureProgress, AddressFault>> => eraseByAddress(deps, email)

/** Unsubscribes a person and suppresses the address, also if the address was not on the list. */
export const suppressPerson = (
  deps: SupporterDeps,
  { email, reason }: PersonInput,
): Promise<Result<null, AddressFault>> =>
  suppressByAddress(deps, email, reason === 'complaint' ? 'complained' : 'unsubscribed')
