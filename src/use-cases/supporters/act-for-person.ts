import type { Result } from '../../kit/result.ts'
import type { AddressFault } from '../../security/address.ts'
import type { SupporterDeps } from '../../supporters/deps.ts'
import { eraseByAddress, findByAddress, suppressByAddress } from '../../supporters/own-data/admin-requests.ts'
import type { PersonalData } from '../../supporters/own-data/personal-data.ts'
import type { Actor } from '../actor.ts'
import type { RequestChannel } from './request-channel.ts'

export type PersonInput = { actor: Actor; email: string; reason: RequestChannel }

/** What is kept about a person who asked for it. */
export const lookUpPerson = (
  deps: SupporterDeps,
  { email }: PersonInput,
): Promise<Result<PersonalData, AddressFault>> => findByAddress(deps, email)

/** Erases a person who asked for it. */
export const erasePerson = (deps: SupporterDeps, { email }: PersonInput): Promise<Result<null, AddressFault>> =>
  eraseByAddress(deps, email)

/** Takes a person off the list and writes to them no more, whether or not they were on it. */
export const suppressPerson = (
  deps: SupporterDeps,
  { email, reason }: PersonInput,
): Promise<Result<null, AddressFault>> =>
  suppressByAddress(deps, email, reason === 'complaint' ? 'complained' : 'unsubscribed')
