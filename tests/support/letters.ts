import { type ActionParts, openParts } from '../../src/actions/action-parts.ts'
import type { ObjectContext } from '../../src/actions/object-context.ts'

/** The letters of a campaign beside its submissions, as its object makes them. */
export const lettersOf = (context: ObjectContext): ActionParts['letters'] => openParts(context).letters
